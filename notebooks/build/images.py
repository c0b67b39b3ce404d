"""The picture at the top of the README: `python -m notebooks.build.images`, part of `make notebooks`."""

from pathlib import Path

from psn_viz.labs import LABS

FIRST_LOOK = Path("notebooks/images/first_look.png")


def main() -> None:
    """Write the picture of the lab that opens the course into the present repository."""
    FIRST_LOOK.parent.mkdir(exist_ok=True)
    LABS["read_image"]().picture("png").save(FIRST_LOOK)
    print(FIRST_LOOK)


if __name__ == "__main__":
    main()
