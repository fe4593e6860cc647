package org.fedledger.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A bar for each round, of one or two parts; neighbouring rounds share a bar once there are many,
 * so that its size is bounded.
 */
final class Bars {

  private static final int MOST = 120;
  private static final int WIDTH = 640;
  private static final int HEIGHT = 160;
  private static final int BASELINE = 130;
  private static final int TOP = 14;

  /** Sums over the rounds of one bar. */
  private static final class Bar {
    final long first;
    long last;
    long lower;
    long upper;

    Bar(long round) {
      first = round;
      last = round;
    }
  }

  private List<Bar> bars = new ArrayList<>();
  private int roundsPerBar = 1;

  void add(long round, long lower, long upper) {
    Bar bar = bars.isEmpty() ? null : bars.getLast();
    if (bar == null || bar.last - bar.first + 1 >= roundsPerBar) {
      bar = new Bar(round);
      bars.add(bar);
    }
    bar.last = round;
    bar.lower += lower;
    bar.upper += upper;
    if (bars.size() > MOST) {
      halve();
    }
  }

  private void halve() {
    List<Bar> halved = new ArrayList<>();
    for (int i = 0; i < bars.size(); i += 2) {
      Bar bar = bars.get(i);
      if (i + 1 < bars.size()) {
        Bar next = bars.get(i + 1);
        bar.last = next.last;
        bar.lower += next.lower;
        bar.upper += next.upper;
      }
      halved.add(bar);
    }
    bars = halved;
    roundsPerBar *= 2;
  }

  boolean isEmpty() {
    return bars.stream().allMatch(b -> b.lower + b.upper == 0);
  }

  /**
   * @param upper what the second part is called, empty if there is none
   */
  void write(Html html, String title, String lower, String upper) throws IOException {
    long most = bars.stream().mapToLong(b -> b.lower + b.upper).max().orElse(1);
    String per = roundsPerBar == 1 ? "" : ", %d rounds a bar".formatted(roundsPerBar);
    String id = "c" + Integer.toHexString(title.hashCode());
    html.raw("<figure>");
    html.line("<figcaption>%s%s</figcaption>", title, per);
    html.line(
        "<svg role=\"img\" aria-labelledby=\"%s\" viewBox=\"0 0 " + WIDTH + " " + HEIGHT + "\">",
        id);
    html.line(
        "<title id=\"%s\">%s: rounds %s to %s, at most %s%s</title>",
        id, title, bars.getFirst().first, bars.getLast().last, most, per);
    html.raw("<line class=\"axis\" x1=\"0\" y1=\"130\" x2=\"640\" y2=\"130\"/>");
    double step = (double) WIDTH / Math.max(bars.size(), 8);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double low = (double) (BASELINE - TOP) * bar.lower / most;
      double high = (double) (BASELINE - TOP) * bar.upper / most;
      rect(html, "a", i * step, step, BASELINE - low, low, lower, bar, bar.lower);
      rect(html, "b", i * step, step, BASELINE - low - high, high, upper, bar, bar.upper);
    }
    html.line("<text x=\"0\" y=\"150\">round %s</text>", bars.getFirst().first);
    if (bars.size() > 1) {
      html.line(
          "<text x=\"%s\" y=\"150\" text-anchor=\"end\">%s</text>",
          number(step * bars.size()), bars.getLast().last);
    }
    html.line("<text x=\"0\" y=\"11\">%s</text>", most);
    html.raw("</svg>");
    if (!upper.isEmpty()) {
      html.line(
          "<p class=\"key\"><span class=\"a\"></span>%s <span class=\"b\"></span>%s</p>",
          lower, upper);
    }
    html.raw("</figure>");
  }

  private static void rect(
      Html html,
      String kind,
      double x,
      double step,
      double y,
      double height,
      String name,
      Bar bar,
      long value)
      throws IOException {
    if (value == 0) {
      return;
    }
    String rounds =
        bar.first == bar.last
            ? "round " + bar.first
            : "rounds %d to %d".formatted(bar.first, bar.last);
    html.line(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s: %s"
            + " %s</title></rect>",
        kind,
        number(x + step * 0.1),
        number(y),
        number(step * 0.8),
        number(height),
        rounds,
        value,
        name);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
