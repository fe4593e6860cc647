package org.fedledger.client.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import org.fedledger.client.text.PlainText;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Results go to stdout, as text or as one JSON document; talk goes to stderr. */
public final class Output {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(names = "--json", description = "print one JSON document instead of text")
  private boolean json;

  public boolean isJson() {
    return json;
  }

  /** A line of the result, where text was asked for. */
  public void line(String format, Object... values) {
    if (!json) {
      out().println(plain(format, values));
      out().flush();
    }
  }

  /** A row of a table, its cells parted by tabs, where text was asked for. */
  public void row(List<?> cells) {
    if (!json) {
      out()
          .println(
              cells.stream()
                  .map(cell -> PlainText.line(cell.toString()))
                  .collect(Collectors.joining("\t")));
      out().flush();
    }
  }

  /** The result, where JSON was asked for. */
  public void document(JsonNode document) {
    if (json) {
      try {
        out().println(MAPPER.writeValueAsString(document));
        out().flush();
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a JSON tree can be written", e);
      }
    }
  }

  /** Writes a document piece by piece. */
  public interface Streamed {
    void write(JsonGenerator out) throws IOException;
  }

  /** The result, where JSON was asked for and it is too large to be held in memory. */
  public void stream(Streamed document) throws IOException {
    if (json) {
      JsonGenerator generator = MAPPER.writerWithDefaultPrettyPrinter().createGenerator(out());
      document.write(generator);
      generator.flush();
      out().println();
      out().flush();
    }
  }

  /** Talk that goes on in the same line, and may begin it anew; for own words alone. */
  public void talkOn(String text) {
    PrintWriter err = command.root().commandLine().getErr();
    err.print(text);
    err.flush();
  }

  /** A line of talk. */
  public void talk(String format, Object... values) {
    PrintWriter err = command.root().commandLine().getErr();
    err.println(plain(format, values));
    err.flush();
  }

  /** Whatever the values are, a line is one line, and nothing else. */
  private static String plain(String format, Object... values) {
    return PlainText.line(values.length == 0 ? format : format.formatted(values));
  }

  private PrintWriter out() {
    return command.root().commandLine().getOut();
  }
}
