"""How far the lab's answers agree with recorded answers of the real XAPI."""
