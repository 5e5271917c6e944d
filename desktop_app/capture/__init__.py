"""Where frames come from: cameras, clips, network streams, photo files, synthetic pictures."""
