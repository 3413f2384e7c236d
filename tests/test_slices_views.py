"""Both forward views in three dimensions, held on marks: numbers, roles, and what glows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from tcviz.request import inputs
from tests.slices import (
    LIGHT,
    STRIDED,
    VIEWS,
    WIDE,
    boxes,
    cells,
    few,
    labels,
    output,
    part,
    part_steps,
    scenes,
    shown,
    slice_of,
    small,
)


@few
@given(small())
def test_slices_of_the_padded_result_show_what_was_added_up_so_far(geometry):
    of = part(**geometry)
    layer, sums = of.layer, np.zeros(of.layer.padded_size(of.input_size))
    reached = np.zeros(sums.shape, dtype=bool)
    never = np.ones(sums.shape, dtype=bool)
    windows = [
        tuple(slice(i * s, i * s + d * (k - 1) + 1, d) for i, s, d, k in
              zip(at, layer.stride, layer.dilation, layer.kernel_size, strict=True))
        for at in np.ndindex(of.input_size)
    ]  # fmt: skip
    for window in windows:
        never[window] = False
    for at, window, scene in zip(
        np.ndindex(of.input_size), windows, scenes("distribution", look=WIDE, **geometry),
        strict=True,
    ):  # fmt: skip
        sums[window] += of.x[0][at] * of.weight[0]
        reached[window] = True
        seen = shown(scene, "padded.0")
        np.testing.assert_array_equal(~np.isnan(seen), reached | never)
        np.testing.assert_array_equal(seen[reached | never], sums[reached | never])


@few
@given(small())
def test_both_views_end_with_the_output_of_the_fast_path(geometry):
    expected = output(inputs.plan(**geometry))
    for view in VIEWS:
        last = scenes(view, [-1 % part_steps(view, geometry)], look=WIDE, **geometry)[0]
        np.testing.assert_array_equal(shown(last, "output"), expected)


@few
@given(small())
def test_products_are_the_element_times_the_kernel_or_the_window_times_the_flipped_one(geometry):
    of = part(**geometry)
    for scene in scenes("distribution", look=WIDE, **geometry):
        element = shown(scene, "element.0").item()
        np.testing.assert_array_equal(shown(scene, "product.0"), element * of.weight[0])
    for scene in scenes("collection", look=WIDE, **geometry):
        np.testing.assert_array_equal(shown(scene, "w.0"), np.flip(of.weight[0]))
        written = [c for c in cells(scene, "output").values() if c.style.fill == LIGHT.now_fill]
        total = shown(scene, "product.0").sum() + (of.bias or 0)
        if of.channels == 1:
            assert [float(c.text.replace("−", "-")) for c in written] == [total]


@few
@given(small())
def test_a_slice_of_the_kernel_glows_exactly_with_the_slices_that_it_feeds(geometry):
    of = part(**geometry)
    steps = zip(
        np.ndindex(of.input_size), scenes("distribution", look=WIDE, **geometry), strict=True
    )
    for at, scene in steps:
        reaching = [
            [k for k in range(n) if 0 <= i * s + k * d - before < size]
            for i, n, s, d, (before, _), size in zip(
                at, of.layer.kernel_size, of.layer.stride, of.layer.dilation, of.layer.border,
                of.output_size, strict=True,
            )
        ]  # fmt: skip
        taps = reaching[0] if all(reaching) else []
        fed = {k: at[0] * of.layer.stride[0] + k * of.layer.dilation[0] for k in taps}
        before = of.layer.border[0][0]
        for band, expected in (
            ("w.0", {k: k for k in fed}),
            ("product.0", {k: k for k in fed}),
            ("padded.0", fed),
            ("output", {k: d - before for k, d in fed.items()}),
        ):
            found = {k: slice_of(scene, band, box) for k, box in boxes(scene, band).items()}
            assert found == expected
            glowing = {k for k, m in labels(scene).items() if k.startswith(f"{band}.d") and m.bold}
            assert glowing == {f"{band}.d{d}.name" for d in expected.values()}


@few
@given(small())
def test_a_slice_of_the_flipped_kernel_glows_where_the_slice_that_it_meets_has_input(geometry):
    of = part(**geometry)
    before = of.layer.collection_padding[0][0]
    for at, scene in zip(
        np.ndindex(of.output_size), scenes("collection", look=WIDE, **geometry), strict=True
    ):
        glowing = boxes(scene, "stretched.0")
        assert set(glowing) == set(boxes(scene, "w.0")) == set(boxes(scene, "product.0"))
        for j, box in glowing.items():
            met = slice_of(scene, "stretched.0", box)
            assert met == at[0] + j * of.layer.dilation[0] + max(0, -before)
            inside = [c for place, c in cells(scene, "stretched.0").items()
                      if place[0] == met and c.style.fill == LIGHT.now_soft]  # fmt: skip
            assert any(cell.style.ink == LIGHT.ink for cell in inside)


def test_slices_that_are_cropped_are_dashed_all_over_and_have_no_output_below():
    (scene,) = scenes("distribution", [3], **STRIDED)
    padded, out = cells(scene, "padded.0"), cells(scene, "output")
    dashed = {at for at, cell in padded.items() if cell.style.dash}
    assert dashed == {at for at in np.ndindex(5, 5, 5) if {0, 4} & set(at)}
    for (d, i, j), cell in out.items():
        above = padded[d + 1, i + 1, j + 1]
        assert (cell.rect.x, cell.text) == (above.rect.x, above.text)
        assert cell.rect.y > above.rect.bottom
    assert labels(scene)["padded.0.d0.name"].text == "depth 0, cropped"


def test_a_slice_in_a_thin_frame_says_why_nothing_of_it_adds_to_the_output():
    (scene,) = scenes("distribution", [4], {"width": 1080, "height": 1920}, **STRIDED)
    assert labels(scene)["padded.0.d4.name"].text == "depth 4 ← w[2], cropped"
    (scene,) = scenes("collection", [19], kernel_size=2, stride=2, in_channels=1)
    assert labels(scene)["stretched.0.d2.name"].text == "depth 2, zeros"


def test_a_slice_that_is_written_has_a_frame_though_all_of_it_is_cropped():
    (scene,) = scenes("distribution", [0], **STRIDED)
    glowing = {slice_of(scene, "padded.0", box) for box in boxes(scene, "padded.0").values()}
    framed = {slice_of(scene, "padded.0", m) for m in scene.marks
              if m.key.startswith("now.padded.0.")}  # fmt: skip
    assert (framed, glowing) == ({0, 1, 2}, {1, 2})


def test_a_slice_of_output_padding_is_hatched_all_over():
    geometry = {"kernel_size": 2, "output_padding": (1, 0, 1), **STRIDED}
    (scene,) = scenes("distribution", [7], **geometry)
    size = part(**geometry).output_size
    hatched = {at for at, cell in cells(scene, "output").items() if cell.style.hatch}
    assert hatched == {
        at for at in np.ndindex(*size) if size[0] - 1 == at[0] or size[2] - 1 == at[2]
    }
    said = " ".join(m.text for m in labels(scene).values() if m.key.startswith("output.note"))
    assert said.startswith(
        "last depth slice and column of\u00a0y: output_padding, computed like any other "
    )


def test_slices_of_inserted_zeros_are_faint():
    (scene,) = scenes("collection", [13], **STRIDED)
    faint = {at for at, c in cells(scene, "stretched.0").items() if c.style.ink == LIGHT.muted}
    assert faint == {at for at in np.ndindex(5, 5, 5) if not {*at} <= {1, 3}}


@pytest.mark.parametrize(("kernel", "said"), [((2, 3, 3), "Σ of all"), ((1, 3, 3), "Σ")])
def test_the_arrow_from_several_slices_of_products_says_that_all_are_summed(
    kernel: tuple[int, ...], said: str
):
    (scene,) = scenes("collection", [5], kernel_size=kernel, stride=2, padding=(0, 1, 1))
    assert said in {m.text for m in labels(scene).values()}
