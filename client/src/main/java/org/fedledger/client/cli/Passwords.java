package org.fedledger.client.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine.Option;

/** Where a key file's password comes from; never from an argument. */
public final class Passwords {

  /** Environment variable that holds a password. */
  public static final String VARIABLE = "FEDLEDGER_PASSWORD";

  private static final long MAX_BYTES = 4_096;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description =
          "file whose first line is the key file's password; else the environment variable "
              + VARIABLE
              + ", else you are asked")
  private Path file;

  /** The password of an existing key file. */
  public String existing(Path keyFile) throws IOException {
    String given = given();
    return given != null ? given : asked("Password of " + keyFile + ": ");
  }

  /** The password of a new key file; where a person types it, it is typed twice. */
  public String chosen(Path keyFile) throws IOException {
    String given = given();
    if (given != null) {
      return given;
    }
    String first = asked("New password for " + keyFile + ": ");
    if (!first.equals(asked("The same again: "))) {
      throw CommandException.usage("the two passwords differ; nothing was written");
    }
    return first;
  }

  private String given() throws IOException {
    if (file != null) {
      if (Files.size(file) > MAX_BYTES) {
        throw CommandException.usage(file + ": too large for a password file");
      }
      return nonEmpty(Files.readString(file).lines().findFirst().orElse(""), file.toString());
    }
    String variable = System.getenv(VARIABLE);
    return variable == null ? null : nonEmpty(variable, VARIABLE);
  }

  private static String nonEmpty(String password, String where) {
    if (password.isEmpty()) {
      throw CommandException.usage(where + ": the password is empty");
    }
    return password;
  }

  private static String asked(String prompt) {
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      throw CommandException.usage(
          "there is no terminal to ask for a password; give --password-file FILE or set "
              + VARIABLE);
    }
    char[] typed = console.readPassword("%s", prompt);
    if (typed == null) {
      throw CommandException.usage("no password was given");
    }
    String password = new String(typed);
    Arrays.fill(typed, ' ');
    return nonEmpty(password, "the password");
  }
}
