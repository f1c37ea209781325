"""Which steps run together, so that the whole ends soonest: what limits them, the order, and how good it can get.

`limits` and `load` say what must wait (the engine asks the same predicate), `play` how long a given order takes,
`bound` below what no order can come, `order` looks for a good one, `exact` proves the best with a solver, `steady`
chooses among good ones the one that bears forecasts that were wrong.
"""
