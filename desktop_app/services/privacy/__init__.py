"""What people are owed: consent, a copy of everything, erasure with proof, a sealed gallery."""
