"""What every face shows its pages with: parts, words, styles. Below the faces, above the floors."""
