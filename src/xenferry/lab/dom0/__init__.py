"""Each lab host's control domain: an ssh server whose commands are answered from the model, never by a shell."""
