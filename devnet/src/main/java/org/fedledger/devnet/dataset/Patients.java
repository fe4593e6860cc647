package org.fedledger.devnet.dataset;

import java.util.Locale;
import java.util.Random;

/** Draws patients who never lived, for hospitals that differ in whom they treat. */
final class Patients {

  static final String HEADER = "age,sex,blood_pressure,glucose,disease";

  /**
   * Whom one hospital treats.
   *
   * @param patients how many
   * @param age mean, in years
   * @param male share, 0 to 1
   * @param pressure mean systolic pressure, mmHg
   * @param glucose mean fasting glucose, mg/dl
   */
  record Profile(
      String name, int patients, double age, double male, double pressure, double glucose) {}

  private Patients() {}

  /** A table of that hospital's patients, with its header line. */
  static String table(Profile profile, Random random) {
    StringBuilder csv = new StringBuilder(HEADER).append('\n');
    for (int i = 0; i < profile.patients(); i++) {
      csv.append(patient(profile, random)).append('\n');
    }
    return csv.toString();
  }

  private static String patient(Profile profile, Random random) {
    boolean male = random.nextDouble() < profile.male();
    double age = Math.clamp(profile.age() + 13 * random.nextGaussian(), 18, 95);
    double pressure =
        Math.clamp(
            profile.pressure() + 0.4 * (age - profile.age()) + 15 * random.nextGaussian(), 85, 220);
    double glucose = Math.clamp(profile.glucose() + 22 * random.nextGaussian(), 55, 300);
    boolean ill = random.nextDouble() < risk(profile, male, age, pressure, glucose);
    return String.format(
        Locale.ROOT,
        "%.0f,%s,%.0f,%.0f,%d",
        age,
        male ? "male" : "female",
        pressure,
        glucose,
        ill ? 1 : 0);
  }

  /** Rises with each number, and faster where pressure and glucose are both high. */
  private static double risk(
      Profile profile, boolean male, double age, double pressure, double glucose) {
    double a = (age - profile.age()) / 13;
    double p = (pressure - profile.pressure()) / 16;
    double g = (glucose - profile.glucose()) / 22;
    double score = 1.6 * a + 1.8 * p + 2.0 * g + (male ? 0.8 : -0.4) + 1.2 * p * g - 0.3;
    return 1 / (1 + StrictMath.exp(-2.0 * score));
  }
}
