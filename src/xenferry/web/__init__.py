"""The browser's face: pages rendered here, live by server-sent events, with nothing for users to install."""
