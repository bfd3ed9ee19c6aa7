from pathlib import Path


def test_the_strength_is_a_number():
    assert "strength: 1.0" in Path("params.yaml").read_text()
