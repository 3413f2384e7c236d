"""A layer as somebody's code says it: its geometry, and how its framework lays out arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field
from typing import TYPE_CHECKING, Any

from tcviz.errors import DataError, GeometryError, RequestError, complaint, quoted
from tcviz.frameworks.words import alike
from tcviz.layer.crops import CropRule, Numbers
from tcviz.layer.geometry import USUAL, ConvTranspose
from tcviz.layer.layouts import ArrayLayout
from tcviz.layer.sizes import DEFAULT_DIMS, DEFAULT_SIZES, Sizes, SizesLike, plain, sizes_of
from tcviz.scene.frozen import frozen

if TYPE_CHECKING:
    from tcviz.layer.operands import Array


@frozen
class PastedLayer:
    """What `tcviz.layer` makes of a call, to be given wherever a layer can.

    Attributes
    ----------
    framework, call : str
        Whose call it is, and what stands there, without what changes no number.
    dims : int
        Spatial axes.
    kernel_size : tuple of int, optional
        None where the call leaves it to the weight.
    stride, dilation : tuple of int
    groups : int
    crop : CropRule
        The framework's padding.
    layout : ArrayLayout
        How it lays out arrays.
    in_channels, out_channels : int, optional
        None where the call says no number.
    bias : bool
        Whether the layer has one.

    Examples
    --------
    >>> import tcviz
    >>> up = tcviz.layer("nn.ConvTranspose2d(2, 1, 3, stride=2, padding=1)")
    >>> up.output_size(3)
    (5, 5)
    """

    framework: str
    call: str
    dims: int
    kernel_size: Sizes | None
    stride: Sizes
    dilation: Sizes
    groups: int
    crop: CropRule
    layout: ArrayLayout = field(default=ArrayLayout(), repr=False)
    in_channels: int | None = None
    out_channels: int | None = None
    bias: bool = True
    sizes_in: Callable[[Sizes], Sizes] | None = field(default=None, repr=False)
    """Finds the input size for a kernel, where the call says the output's."""

    def __str__(self) -> str:
        """Return whose call it is, and the call."""
        return f"{self.framework}: {self.call}"

    @property
    def by(self) -> str:
        """Whose numbers a picture of it shows."""
        return f"as in {self.framework}" + (": its kernel turned round" * self.layout.turned)

    @property
    def facts(self) -> Iterator[tuple[str, Any]]:
        """What is said beside the crop, by the names of the options."""
        for name in ("kernel_size", "stride", "dilation", "groups", "dims", "in_channels",
                     "out_channels"):  # fmt: skip
            if getattr(self, name) is not None:
                yield name, getattr(self, name)

    def geometry(
        self, input_size: SizesLike | None = None, kernel_size: SizesLike | None = None
    ) -> ConvTranspose:
        """Return the layer in PyTorch's terms, for an input of this size.

        Most layers are the same for any input.  What is not said is the call's, or tcviz's
        default; the kernel's size must be known.

        Raises
        ------
        GeometryError
            If nobody says the kernel's size, or if the framework's layer makes no output.
        """
        kernel = self.kernel_of(kernel_size)
        bare = ConvTranspose(
            kernel, self.stride, dilation=self.dilation, groups=self.groups, dims=self.dims
        )
        return bare.cropped(self.crop, self.input_of(kernel, input_size))

    def kernel_of(self, kernel_size: SizesLike | None) -> Sizes:
        """Return the kernel's size: the call's own, or else the one that is given."""
        if kernel_size is None:
            if self.kernel_size is None:
                what, allowed = f"not in {self.call}", "a size, or a weight that has one"
                raise GeometryError(complaint("kernel_size", what, allowed))
            return self.kernel_size
        given = sizes_of("kernel_size", plain(kernel_size), self.dims, 1)
        if self.kernel_size not in (None, given):
            what = f"{quoted(given)} beside {self.call}"
            allowed = f"the layer's own, {self.kernel_size}"
            raise GeometryError(complaint("kernel_size", what, allowed))
        return given

    def input_of(self, kernel: Sizes, input_size: SizesLike | None = None) -> Sizes:
        """Return the input's size: the one that is given, the call's, or the default."""
        if input_size is not None:
            return sizes_of("input_size", plain(input_size), self.dims, 1)
        return self.sizes_in(kernel) if self.sizes_in else (DEFAULT_SIZES[self.dims],) * self.dims

    def output_size(self, input_size: SizesLike) -> Sizes:
        """Return the size of the output for an input of `input_size` cells."""
        return self.geometry(input_size).output_size(input_size)

    def conv_transpose(self, x: Any, weight: Any, bias: Any = None) -> Array:
        """Return what the framework's layer makes of arrays that are laid out as there.

        Parameters
        ----------
        x : array_like
            Such as ``(N, H, W, C_in)`` in Keras, or the same without a batch.
        weight : array_like
            Such as ``(kH, kW, C_out, C_in)`` in Keras.
        bias : array_like, shape (C_out,), optional

        Returns
        -------
        array
            Laid out as `x`.

        Raises
        ------
        RequestError
            If the arrays do not fit the layer, or each other.

        Examples
        --------
        >>> import tcviz
        >>> up = tcviz.layer("lax.conv_transpose(x, w, strides=[2], padding='SAME')")
        >>> up.conv_transpose([[1], [10]], [[[1]], [[2]], [[3]]])[:, 0]
        array([ 3,  2, 31, 20])
        """
        from tcviz.engine.arrays import as_array
        from tcviz.engine.fast import conv_transpose

        image, kernels = as_array(x, "x"), as_array(weight, "weight")
        axes = self.layout.image_axes(self.dims, "C_in")
        if image.ndim not in (self.dims + 1, self.dims + 2):
            self._refuse("x", image.shape, axes, ("N", *axes))
        if kernels.ndim != self.dims + 2:
            self._refuse("weight", kernels.shape, self.layout.kernel_axes(self.dims))
        image = self.layout.images(image, self.dims)
        kernels = self.layout.kernels(kernels, self.dims, self.groups)
        self._check_channels(kernels)
        settled = self.geometry(image.shape[-self.dims :], kernels.shape[2:])
        made = conv_transpose(
            image, kernels, bias, stride=settled.stride, padding=settled.padding,
            output_padding=settled.output_padding, dilation=settled.dilation,
            groups=settled.groups,
        )  # fmt: skip
        back: Array = self.layout.back(made, self.dims)
        return back

    def _refuse(self, name: str, shape: Sizes, *allowed: tuple[str, ...]) -> None:
        axes = " or ".join(f"({', '.join(names)})" for names in allowed)
        raise DataError(complaint(name, f"of shape {shape}", f"{axes}, {self.by}"))

    def _check_channels(self, weight: Array) -> None:
        """Refuse a weight of other channels than the call has."""
        found = len(weight), weight.shape[1] * self.groups
        for name, count in zip(("in_channels", "out_channels"), found, strict=True):
            own = getattr(self, name)
            if own not in (None, count):
                what = f"{count}, that of weight"
                raise RequestError(complaint(name, what, f"the layer's own, {own}"))


def of_geometry(layer: ConvTranspose) -> PastedLayer:
    """Return a layer in tcviz's own words, which are PyTorch's, as its call says it.

    >>> str(of_geometry(ConvTranspose(3, stride=2, padding=[[0, 1], 1])))
    'PyTorch: tcviz.ConvTranspose(3, stride=2, padding=((0, 1), 1))'
    """
    said = {name: getattr(layer, name) for name in USUAL if name != "groups"}
    words = [alike(layer.kernel_size)]
    words += [f"{name}={alike(v)}" for name, v in said.items() if {*v} != {USUAL[name]}]
    words += [f"groups={layer.groups}"] * (layer.groups != USUAL["groups"])
    words += [f"dims={layer.dims}"] * (words[0].isdigit() and layer.dims != DEFAULT_DIMS)
    return PastedLayer(
        "PyTorch",
        f"tcviz.ConvTranspose({', '.join(words)})",
        layer.dims,
        layer.kernel_size,
        layer.stride,
        layer.dilation,
        layer.groups,
        Numbers(layer.border, layer.output_padding),
        bias=False,
    )
