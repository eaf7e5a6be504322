"""Labels: their characters and the room that they need."""

import pytest
from fontTools.ttLib import TTFont
from matplotlib import get_data_path
from report.picture.pictures import X, Y, of

from symbp.report.picture.label import SCRIPT, label_runs, label_text, label_width, printable

WORDS = ["exp", "where x > 0", "dgamma·gamma", "WXYZM mwm", "Σ √ ∂ δθωΩ → ≤ ≠ × − …", "0123 4.5e-6"]
FONTS = ["DejaVuSans.ttf", "DejaVuSans-Oblique.ttf", "DejaVuSerif.ttf"]


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("words", [*WORDS, "ijl|'.,;:I", 'ftr()[]/-"', "@%#&_^~{}<>?*"])
def test_labels_fit_the_widest_of_the_usual_fonts(words, font):
    file = TTFont(f"{get_data_path()}/fonts/ttf/{font}")
    names, widths = file.getBestCmap(), file["hmtx"]
    real = sum(widths[names[ord(c)]][0] for c in words) / file["head"].unitsPerEm
    assert 0.93 * real <= label_width(words, 1.0) <= 1.45 * real


def test_indices_are_smaller_than_what_they_are_at():
    plain, raised = label_width(of(X * Y), 10), label_width(of(X**Y), 10)
    assert raised < plain
    assert label_width(of(X**Y), 10) == pytest.approx(6.7 + 6.7 * SCRIPT)


def test_chinese_characters_are_squares_and_accents_take_no_room():
    assert label_width("关系", 10) == pytest.approx(20.4)
    assert label_width("x\N{COMBINING ACUTE ACCENT}", 10) == label_width("x", 10)


def test_what_xml_forbids_is_replaced():
    assert printable("a\x00b\x1b\ud800\uffffc\x85") == "a\ufffdb\ufffd\ufffd\ufffdc"
    assert printable("two\n\tlines ") == "two lines"
    assert label_runs("a\x00")[0].text == label_text("a\x00") == "a\ufffd"
