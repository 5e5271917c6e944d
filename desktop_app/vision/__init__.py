"""From a picture to vectors: detection, landmarks, quality, alignment, embedding."""
