package org.fedledger.client.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.fedledger.client.ClientMain;
import picocli.CommandLine;

/** What a command did, run in this process. */
public record CommandRun(int exitCode, String out, String err) {

  public static CommandRun of(Object... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = ClientMain.commandLine();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    String[] texts = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      texts[i] = args[i].toString();
    }
    int exitCode = commandLine.execute(texts);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
