"""What the commands share: how they are found, where their pool comes from, how they speak, how they fail."""
