"""Words that other tools have for what tcviz calls something else, and how near two words are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

MEANINGS: Mapping[str, str] = {
    # Keras, TensorFlow, JAX, ONNX, MXNet, Caffe, Theano and papers, by PyTorch's word.
    "kernel_size": "k kernel kernels kernel_shape kernel_dim ksize filter_size filter_shape "
    "filter window",
    "stride": "s strides subsample subsampling upsample upsampling lhs_dilation input_dilation "
    "window_strides up step_size",
    "padding": "p pad pads pad_width border crops cropping",
    "output_padding": "op outpad out_pad out_padding output_pad adj output_shape target_shape",
    "dilation": "d dilate dilations dilation_rate atrous atrous_rate rhs_dilation kernel_dilation",
    "groups": "g group num_group num_groups n_groups feature_group_count cardinality",
    "dims": "dim ndim ndims n_dims rank dimension dimensions spatial_dims axes",
    "input_size": "n in_size size_in input_shape in_shape shape spatial_size input_length",
    "in_channels": "in_ch ch_in cin c_in nin n_in in_features input_channels in_planes inplanes",
    "out_channels": "out_ch ch_out cout c_out nout n_out out_features output_channels filters "
    "num_filter num_filters num_output features planes",
    "input": "x in inputs image img data array",
    "x": "input inputs image img data array",
    "weight": "w kernel kernels filter filters weights",
    "bias": "b use_bias biases",
    "grad_output": "dy dout grad grads gradient upstream grad_y cotangent",
    "seed": "random random_seed random_state rng",
    # What programs that draw call it.
    "view": "mode kind",
    "theme": "style styles color colors colour colours cmap colormap palette",
    "size": "width height resolution canvas figsize dimensions res",
    "scale": "zoom pixel_ratio device_pixel_ratio",
    "decimals": "digits precision round places",
    "title": "caption heading label",
    "channels": "ch max_channels shown_channels",
    "by": "walk order direction",
    "symbols": "letters symbolic names",
    "legend": "key roles show_legend",
    "compare": "versus vs against other_kernel",
    "step_duration": "duration delay interval speed seconds frame_duration",
    "hold": "pause end_pause final_pause last",
    "transition": "tween tweens morph fade easing",
    "fps": "framerate frame_rate",
    "cfr": "constant_frame_rate constant_rate",
    "pixel_format": "pix_fmt chroma subsampling",
    "captions": "subtitles vtt webvtt track",
    "loop": "repeat repeats loops plays",
    "every": "skip nth",
    "first": "limit max_steps",
    "transparent": "no_background alpha",
    "crop": "bare tight bbox_inches panels_only no_header",
    "dpi": "ppi density",
    "output": "out outfile out_file output_file file filename save to dest destination",
    "format": "type ext extension suffix fmt filetype",
    "quiet": "silent",
    "debug": "verbose traceback",
    "jobs": "workers threads processes parallel cores",
    # Views, commands and formats.
    "distribution": "scatter spread",
    "collection": "gather fractional fractionally_strided",
    "matrix": "sparse toeplitz",
    "convolution": "conv forward",
    "overlap": "checkerboard coverage count",
    "animate": "animation anim gif movie video",
    "figure": "fig plot still picture draw",
    "gallery": "batch build",
    "check": "verify validate compare test",
    "mp4": "mov avi m4v mpg mpeg h264",
    "webm": "mkv vp9 ogv",
    "jpg": "jpeg jpe",
    "png": "tif tiff",
    "eps": "ps",
    "pgf": "tex tikz",
    "pptx": "ppt powerpoint",
    "html": "htm xhtml",
}
"""What is meant, and the other words for it, in the spelling of Python's keywords."""


def plain(word: str) -> str:
    """Return a word as it is compared: without the dashes or the dot that it begins with.

    >>> plain("--Kernel-Size"), plain(".PNG")
    ('kernel_size', 'png')
    """
    return word.lower().lstrip("-.").replace("-", "_").replace(" ", "_")


def meant(word: str, known: Iterable[str]) -> str | None:
    """Return which of the `known` words another tool's `word` stands for.

    >>> meant("--dilation_rate", ["--stride", "--dilation"])
    '--dilation'
    """
    own = {plain(name): name for name in reversed([*known])}
    said = plain(word)
    return next((own[m] for m, others in MEANINGS.items() if m in own and said in others.split()),
                None)  # fmt: skip


def akin(word: str, known: Iterable[str]) -> str | None:
    """Return which of another tool's `known` words stands for the same as `word`.

    >>> akin("dilation", ["strides", "rhs_dilation"])
    'rhs_dilation'
    """
    said = plain(word)
    groups = [{name, *others.split()} for name, others in MEANINGS.items()]
    return next((name for group in groups if said in group for name in known if name in group),
                None)  # fmt: skip


LONGEST = 100
"""Letters of a word that may be a slip; to compare two takes the square of the time."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the `known` word that `word` is a slip or the one possible beginning of.

    One letter in three may be wrong, left out, too much, or in its neighbour's place.

    >>> nearest("colection", ["distribution", "collection"]), nearest("--op", ["--loop"])
    ('collection', None)
    """
    said = plain(word)
    names = [name for name in known if max(len(said), len(name)) <= LONGEST]
    near = [(slips(said, plain(name)), at) for at, name in enumerate(names)]
    near = [(n, at) for n, at in near if n <= _most(said, plain(names[at]))]
    if near:
        return names[min(near)[1]]
    begun = [name for name in names if len(said) > 2 and plain(name).startswith(said)]
    return begun[0] if len(begun) == 1 else None


def _most(a: str, b: str) -> int:
    return min(len(a), len(b)) // 3


def slips(a: str, b: str) -> int:
    """Return in how many letters two words differ; two that changed places count once.

    This is the optimal string alignment distance.

    >>> slips("gfi", "gif"), slips("bmp", "mp4")
    (1, 2)
    """
    older: list[int] = []
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        older, before = before, row
        row = [i]
        for j, other in enumerate(b, start=1):
            least = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and (letter, a[i - 2]) == (b[j - 2], other):
                least = min(least, older[j - 2] + 1)
            row.append(least)
    return row[-1]
