package org.fedledger.devnet.besu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;

/** A folder that looks like an unpacked Besu and starts {@link StandIn}. */
public final class StandInHome {

  private final Path home;

  private StandInHome(Path home) {
    this.home = home;
  }

  /** One whose script becomes the program, as that of releases does. */
  public static StandInHome in(Path home) throws IOException {
    return in(home, "exec ", "");
  }

  /** One whose script starts the program and stays. */
  static StandInHome forking(Path home) throws IOException {
    return in(home, "", " &\nwait $!");
  }

  private static StandInHome in(Path home, String before, String after) throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createFile(Files.createDirectories(home.resolve("lib")).resolve("besu-99.1.0.jar"));
    StandInHome made = new StandInHome(home.toAbsolutePath());
    made.mode("as Besu");
    Path script = home.resolve("bin").resolve("besu");
    Files.writeString(
        script,
        "#!/bin/sh\n%s\"$JAVA_HOME/bin/java\" $BESU_OPTS -cp \"%s\" -Dstand-in.mode=\"%s\" %s \"$@\"%s\n"
            .formatted(
                before,
                System.getProperty("java.class.path"),
                made.modeFile(),
                StandIn.class.getName(),
                after));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    return made;
  }

  private Path modeFile() {
    return home.resolve("mode");
  }

  /** How those that are started from now on behave. */
  void mode(String mode) throws IOException {
    Files.writeString(modeFile(), mode);
  }

  /** So much earlier than they were made are all blocks from now on. */
  public void age(long seconds) throws IOException {
    Files.writeString(home.resolve("age"), Long.toString(seconds));
  }

  /** So many requests are not answered, but by the end of the connection. */
  public void drop(int requests) throws IOException {
    Files.writeString(home.resolve("drop"), Integer.toString(requests));
  }

  public Path home() {
    return home;
  }

  BesuInstallation installation() {
    return BesuInstallation.in(home, "BESU_HOME").orElseThrow();
  }

  /** This process's environment, where this is the Besu to use. */
  public Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("BESU_HOME", home.toString());
    return environment;
  }
}
