"""What happens to a guest: starting, stopping, suspending, its agent, and what XAPI writes about it."""
