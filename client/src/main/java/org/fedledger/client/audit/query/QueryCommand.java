package org.fedledger.client.audit.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.fedledger.client.cli.CommandException;
import org.fedledger.client.cli.ExitCode;
import org.fedledger.client.cli.Output;
import org.fedledger.index.Question;
import picocli.CommandLine.Mixin;

/** Reads the ledger on into the index, asks one question, and shows the answer. */
abstract class QueryCommand implements Callable<Integer> {

  @Mixin private IndexOptions index;
  @Mixin private Output out;

  @Override
  public final Integer call() throws IOException {
    Map<String, String> parameters = new TreeMap<>();
    addTo(parameters);
    ObjectNode answer =
        index
            .ask(out, opened -> answered(opened, parameters))
            .orElseThrow(() -> CommandException.usage(absent()));
    out.document(answer);
    show(answer);
    return ExitCode.DONE;
  }

  private Optional<ObjectNode> answered(
      org.fedledger.index.LedgerIndex opened, Map<String, String> parameters) {
    try {
      return question().answer(opened, subject(), parameters);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(e.getMessage());
    }
  }

  abstract Question question();

  /** What is asked about, where something is. */
  String subject() {
    return "";
  }

  /** Adds the parameters that were given. */
  abstract void addTo(Map<String, String> parameters);

  /** Prints the answer for people, with {@link #line} and {@link #table}. */
  abstract void show(JsonNode answer);

  /** What to say where the ledger records no such subject. */
  String absent() {
    return "the ledger records nothing under that";
  }

  final void line(String format, Object... values) {
    out.line(format, values);
  }

  final void table(TextTable table, JsonNode items) {
    table.lines(items).forEach(line -> out.line("%s", line));
  }

  /** The answer's list, and how to go on where it has more. */
  final void list(TextTable table, JsonNode answer) {
    table(table, answer.get("items"));
    if (!out.isJson() && answer.hasNonNull("next")) {
      out.talk("there is more: add --cursor %s", answer.get("next").textValue());
    }
  }

  static void put(Map<String, String> parameters, String name, String value) {
    if (value != null) {
      parameters.put(name, value);
    }
  }
}
