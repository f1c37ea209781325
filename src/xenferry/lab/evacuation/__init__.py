"""How XAPI plans to empty a host, and which guests it finds in the way."""
