"""The demo: an invented förbund with synthetic people, to try the product and to measure it.

`plan` reads what is to be (data/demo.toml) and scales it, `dice` gives repeatable chance,
`course` and `world` make up what happens to people, `rows` turns that into rows, `loader`
writes them, `accounts` and `surroundings` the rest. Nothing here is true of anybody.
"""

from tracking.exchange.demo.loader import DemoMade, Progress, fill

__all__ = ["DemoMade", "Progress", "fill"]
