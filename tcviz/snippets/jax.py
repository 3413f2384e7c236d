"""JAX: the collection view, in which everything has a parameter, in one call."""

from __future__ import annotations

from collections.abc import Iterator

from tcviz.request.inputs import Plan
from tcviz.snippets.writing import call, column, script

_IMPORTS = ["import jax.numpy as jnp", "import numpy as np", "from jax import lax"]


def code(plan: Plan) -> str:
    """Return a program in JAX."""
    return script(_IMPORTS, plan, _lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    kernel = "jnp.asarray(weight)" if plan.forward else "kernel"
    if not plan.forward:
        yield from _kernel(plan)
    yield call("y = lax.conv_general_dilated(", "jnp.asarray(x)", kernel, *_options(plan))
    if plan.bias is not None:
        yield f"y = y + {column(plan)}"


def _options(plan: Plan) -> Iterator[str]:
    layer = plan.layer
    if plan.forward:
        yield f"window_strides={layer.stride}"
        yield f"padding={layer.border}"
    else:
        yield f"window_strides={(1,) * layer.dims}"
        yield f"padding={layer.collection_padding}"
        yield f"lhs_dilation={layer.stride}"
    yield f"rhs_dilation={layer.dilation}"
    yield f"feature_group_count={layer.groups}"


def _kernel(plan: Plan) -> Iterator[str]:
    """Yield the flipped kernel, ``(C_out, C_in/groups, *kernel_size)``."""
    groups, size = plan.layer.groups, plan.layer.kernel_size
    flipped = ", ".join(["::-1"] * len(size))
    yield f"flipped = weight[:, :, {flipped}]"
    if groups == 1:
        yield "kernel = jnp.asarray(flipped.swapaxes(0, 1))"
        return
    ins, outs = plan.in_channels // groups, plan.out_channels // groups
    yield f"kernel = flipped.reshape({(groups, ins, outs, *size)}).swapaxes(1, 2)"
    yield f"kernel = jnp.asarray(kernel.reshape({(groups * outs, ins, *size)}))"
