"""What a picture shows, in words, for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator

from tcviz import views
from tcviz.layer.chain import Chain
from tcviz.layer.sizes import size_text
from tcviz.request.inputs import Plan
from tcviz.request.options import NAMED
from tcviz.request.spelling import spoken

OPTIONAL = ("stride", "padding", "output_padding", "dilation", "groups")
ALWAYS = ("stride", "padding")


def words(plan: Plan, view: str, title: str | None, extent: str, chain: Chain | None) -> str:
    """Return two sentences: what happens in the steps, of so great an extent, and the sizes."""
    operation = title or ("Convolution" if plan.forward else "Transposed convolution")
    about = views.entry(view).about
    if chain and chain.has_several:
        stages = " → ".join(map(size_text, chain.sizes))
        kernels = ", then ".join(size_text(layer.kernel_size) for layer in chain.layers)
        return f"{operation}{extent}: {about}. Sizes {stages}, kernel {kernels}."
    channels = f" in {plan.in_channels} channels" if plan.in_channels > 1 else ""
    sizes = [
        f"Input {size_text(plan.input_size)}{channels}",
        f"kernel {size_text(plan.layer.kernel_size)}",
        *_parameters(plan),
        f"output {size_text(plan.output_size)}",
    ]
    return f"{operation}{extent}: {about}. {', '.join(sizes)}."


def _parameters(plan: Plan) -> Iterator[str]:
    """Yield the usual parameters, and the others where they are not what they are unsaid."""
    for name in OPTIONAL:
        value = getattr(plan.layer, name)
        axes = value if isinstance(value, tuple) else (value,)
        if name in ALWAYS or set(axes) != {NAMED[name].default}:
            one = axes[0] if len(set(axes)) == 1 and isinstance(axes[0], int) else axes
            yield f"{name} {spoken(one).replace('x', '×')}"
