"""What a layer means, and the one door through which data comes in."""
