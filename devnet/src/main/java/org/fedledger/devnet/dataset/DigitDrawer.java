package org.fedledger.devnet.dataset;

import java.util.Random;

/**
 * Draws digits as strokes of a pen, each with its own place, size, slant, thickness and noise, for
 * machines without a data set of handwriting.
 */
final class DigitDrawer {

  private static final int SIDE = LabelledImages.SIDE;

  /** Strokes of each digit in a box from 0 to 1, y downwards: x, y, x, y, ... of a polyline. */
  private static final double[][][] STROKES = {
    {{.5, .05, .2, .2, .12, .5, .2, .8, .5, .95, .8, .8, .88, .5, .8, .2, .5, .05}},
    {{.25, .25, .55, .05, .55, .95}},
    {{.15, .25, .3, .08, .6, .05, .82, .22, .78, .45, .15, .95, .88, .95}},
    {{.15, .1, .75, .08, .8, .28, .45, .47, .82, .62, .82, .82, .5, .96, .15, .88}},
    {{.65, .95, .65, .05, .12, .65, .9, .65}},
    {{.82, .06, .25, .06, .2, .45, .6, .42, .85, .62, .78, .87, .45, .96, .15, .86}},
    {{.72, .06, .35, .25, .17, .6, .25, .87, .52, .96, .8, .82, .8, .6, .55, .48, .22, .6}},
    {{.12, .07, .87, .07, .42, .95}},
    {
      {.5, .48, .2, .3, .3, .1, .5, .05, .72, .1, .8, .3, .5, .48},
      {.5, .48, .15, .68, .22, .88, .5, .96, .8, .88, .86, .68, .5, .48}
    },
    {{.8, .35, .55, .52, .25, .42, .2, .2, .45, .05, .72, .1, .8, .35, .75, .7, .55, .95}},
  };

  private final Random random;

  DigitDrawer(Random random) {
    this.random = random;
  }

  /** The given number of pictures; every digit is equally likely. */
  LabelledImages draw(int count) {
    byte[] pixels = new byte[count * LabelledImages.PIXELS];
    byte[] labels = new byte[count];
    for (int i = 0; i < count; i++) {
      labels[i] = (byte) random.nextInt(LabelledImages.CLASSES);
      draw(labels[i], pixels, i * LabelledImages.PIXELS);
    }
    return new LabelledImages(pixels, labels);
  }

  private void draw(int digit, byte[] pixels, int offset) {
    double[][] strokes = place(STROKES[digit]);
    double thickness = between(0.9, 1.7);
    double noise = between(4, 16);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        double distance = distance(strokes, x + 0.5, y + 0.5);
        double ink = 255 * Math.clamp(thickness + 0.5 - distance, 0.0, 1.0);
        double value = ink + noise * random.nextGaussian();
        pixels[offset + y * SIDE + x] = (byte) (int) Math.clamp(value, 0.0, 255.0);
      }
    }
  }

  /** Scales, turns, slants and shifts the strokes, and moves each of their points a little. */
  private double[][] place(double[][] strokes) {
    double width = between(12, 18);
    double height = between(16, 22);
    double slant = between(-0.25, 0.25);
    double turn = between(-0.15, 0.15);
    double left = (SIDE - width) / 2 + between(-2.5, 2.5);
    double top = (SIDE - height) / 2 + between(-2.5, 2.5);
    double[][] placed = new double[strokes.length][];
    for (int s = 0; s < strokes.length; s++) {
      placed[s] = new double[strokes[s].length];
      for (int p = 0; p < strokes[s].length; p += 2) {
        double x = strokes[s][p] + between(-0.04, 0.04) - 0.5;
        double y = strokes[s][p + 1] + between(-0.04, 0.04) - 0.5;
        placed[s][p] = left + width * (0.5 + x - slant * y - turn * y);
        placed[s][p + 1] = top + height * (0.5 + y + turn * x);
      }
    }
    return placed;
  }

  private double between(double from, double to) {
    return from + (to - from) * random.nextDouble();
  }

  private static double distance(double[][] strokes, double x, double y) {
    double nearest = Double.MAX_VALUE;
    for (double[] stroke : strokes) {
      for (int p = 0; p + 3 < stroke.length; p += 2) {
        nearest = Math.min(nearest, squareToSegment(stroke, p, x, y));
      }
    }
    return Math.sqrt(nearest);
  }

  private static double squareToSegment(double[] stroke, int p, double x, double y) {
    double dx = stroke[p + 2] - stroke[p];
    double dy = stroke[p + 3] - stroke[p + 1];
    double length = dx * dx + dy * dy;
    double along = ((x - stroke[p]) * dx + (y - stroke[p + 1]) * dy) / Math.max(length, 1e-12);
    double t = Math.clamp(along, 0.0, 1.0);
    double ex = stroke[p] + t * dx - x;
    double ey = stroke[p + 1] + t * dy - y;
    return ex * ex + ey * ey;
  }
}
