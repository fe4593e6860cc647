package org.fedledger.client.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.fedledger.spec.DataSchema;
import org.fedledger.spec.DataSchema.Column;
import org.fedledger.spec.DataSchema.HeldOut;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderTest {

  private static final DataSchema SCHEMA =
      new DataSchema(
          List.of(
              new Column.Numeric("age"),
              new Column.Category("pain", List.of("1", "2", "3")),
              new Column.Ignored("note"),
              new Column.BinaryLabel("ill", 0),
              new Column.Split("part", "test")),
          Set.of("?"),
          false,
          new HeldOut.BySplit());

  @Test
  void shouldReadColumnsByNameInAnyOrder() throws Exception {
    LocalData data =
        read(
            """
            part,ill,pain,age
            train,0,2.0,40
            test,3,1,51.5
            train,1,3,-1e2
            """,
            SCHEMA);
    assertThat(data.training().inputs()).containsExactly(40, 1, 0, -100, 0, 1);
    assertThat(data.training().labels()).containsExactly(0, 1);
    assertThat(data.heldOut().inputs()).containsExactly(51.5f, 0, 0);
    assertThat(data.heldOut().labels()).containsExactly(1);
  }

  @Test
  void shouldLeaveOutRowsInWhichAUsedValueIsMissing() throws Exception {
    Table table =
        table(
            """
            age,pain,note,ill,part
            40,1,?,0,train
            ?,1,fine,0,train
            40,,fine,0,train
            40,1,fine,1,?
            """,
            SCHEMA);
    assertThat(table.rows()).hasSize(1);
    assertThat(table.dropped()).isEqualTo(3);
  }

  @Test
  void shouldNameEveryBadValueByLineAndColumnAndSayWhatBelongsThere() {
    BadTableException bad =
        catchThrowableOfType(
            BadTableException.class,
            () ->
                table(
                    """
                    age,pain,note,ill,part
                    NaN,1,,0,train
                    40,4,,0,train

                    0x1p3,1,,yes,train
                    1e999,1,,0,train
                    40,1,,0
                    """,
                    SCHEMA));
    assertThat(bad.problems())
        .containsExactly(
            "ward.csv: line 2, column 'age': a finite decimal number belongs here, not 'NaN'",
            "ward.csv: line 3, column 'pain': one of 1, 2, 3 belongs here, not '4'",
            "ward.csv: line 5, column 'age': a finite decimal number belongs here, not '0x1p3'",
            "ward.csv: line 5, column 'ill': a finite decimal number belongs here, not 'yes'",
            "ward.csv: line 6, column 'age': a finite decimal number belongs here, not '1e999'",
            "ward.csv: line 7: 5 values belong here, one for each column, not 4");
  }

  @Test
  void shouldSayWhichColumnsAreMissingUnknownOrDouble() {
    assertProblems(
        "age,pain,ill,ill,weight\n",
        "no column 'weight'",
        "'ill' stands there twice",
        "'part' is missing");
  }

  @Test
  void shouldRefuseWhatIsNoTable() throws IOException {
    assertProblems("", "the first line names the columns: age, pain");
    assertProblems("age,pain,ill,part\n\"40,1,0,train", "not a table");
    assertProblems("age,pain,ill,part\n40,1,0,test\n", "no training row");
    Path file = folder.resolve("latin.csv");
    Files.write(file, new byte[] {'a', 'g', 'e', (byte) 0xe9, '\n'});
    assertThatThrownBy(() -> TableReader.read(file, SCHEMA))
        .isInstanceOf(BadTableException.class)
        .hasMessageContaining("latin.csv: not a table: its bytes are not UTF-8");
  }

  @TempDir Path folder;

  @Test
  void shouldCountProblemsBeyondTheMost() {
    String rows = "x,1,,0,train\n".repeat(TableReader.MAX_PROBLEMS + 5);
    BadTableException bad =
        catchThrowableOfType(
            BadTableException.class, () -> table("age,pain,note,ill,part\n" + rows, SCHEMA));
    assertThat(bad.problems()).hasSize(TableReader.MAX_PROBLEMS);
    assertThat(bad).hasMessageEndingWith("and 5 more");
  }

  @Test
  void shouldHoldOutTheLastOfEachKCompleteRows() throws Exception {
    DataSchema everyThird =
        new DataSchema(
            List.of(new Column.Numeric("x"), new Column.BinaryLabel("y", 0.5)),
            Set.of("?"),
            false,
            new HeldOut.EveryNth(3));
    LocalData data = read("\uFEFFx,y\n1,0\n?,0\n2,0\n3,1\n4,0\n5,0\n6,1\n7,0\n", everyThird);
    assertThat(data.heldOut().inputs()).containsExactly(3, 6);
    assertThat(data.training().inputs()).containsExactly(1, 2, 4, 5, 7);
    assertThat(data.heldOut().labels()).containsExactly(1, 1);
  }

  @Test
  void shouldStandardiseByTheTrainingRowsAlone() throws Exception {
    LocalData data = read("x,y\n1,0\n1000,1\n3,0\n1000,0\n", standardised());
    double deviation = Math.sqrt(2) + 1e-9;
    assertThat(data.training().inputs())
        .containsExactly((float) (-1 / deviation), (float) (1 / deviation));
    assertThat(data.heldOut().inputs()).containsOnly((float) (998 / deviation));
  }

  @Test
  void shouldTurnAConstantFeatureIntoZeros() throws Exception {
    assertThat(read("x,y\n5,0\n5,1\n5,0\n", standardised()).training().inputs()).containsOnly(0f);
  }

  @Test
  void shouldReadATableToPredictOnWithoutItsLabelsToTheSameFeatures() throws Exception {
    Path labelled = Files.writeString(folder.resolve("a.csv"), "x,y\n1,1\n1000,0\n3,1\n,1\n");
    Path bare = Files.writeString(folder.resolve("b.csv"), "x\n1\n1000\n3\n\"\"\n");
    Table with = TableReader.readToPredict(labelled, standardised());
    Table without = TableReader.readToPredict(bare, standardised());
    assertThat(with.labelled()).isTrue();
    assertThat(without.labelled()).isFalse();
    assertThat(without.all().inputs()).containsExactly(with.all().inputs());
    assertThat(without.lines()).containsExactly(2, 3, 4);
    assertThat(without.dropped()).isEqualTo(1);
    assertThatThrownBy(() -> TableReader.read(bare, standardised()))
        .hasMessageContaining("'y' is missing");
    Path other = Files.writeString(folder.resolve("c.csv"), "y\n1\n");
    assertThatThrownBy(() -> TableReader.readToPredict(other, standardised()))
        .hasMessageContaining("'x' is missing");
  }

  @Property(tries = 100)
  void shouldStandardiseAnyNumbersToMeanZeroAndDeviationOne(
      @ForAll @Size(min = 4, max = 40) List<@DoubleRange(min = -1e6, max = 1e6) Double> numbers)
      throws Exception {
    double[] training = new double[(numbers.size() + 1) / 2];
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < numbers.size(); i++) {
      csv.append(numbers.get(i)).append(",0\n");
      if (i % 2 == 0) {
        training[i / 2] = numbers.get(i);
      }
    }
    net.jqwik.api.Assume.that(
        DoubleStream.of(training).max().orElseThrow()
                - DoubleStream.of(training).min().orElseThrow()
            > 1e-3);
    float[] inputs = read(csv.toString(), standardised()).training().inputs();
    double sum = 0;
    double squares = 0;
    for (float input : inputs) {
      sum += input;
      squares += (double) input * input;
    }
    assertThat(sum / inputs.length).isCloseTo(0, within(1e-4));
    assertThat(squares / (inputs.length - 1)).isCloseTo(1, within(1e-4));
  }

  private static DataSchema standardised() {
    return new DataSchema(
        List.of(new Column.Numeric("x"), new Column.BinaryLabel("y", 0.5)),
        Set.of(),
        true,
        new HeldOut.EveryNth(2));
  }

  private static void assertProblems(String csv, String... parts) {
    assertThatThrownBy(() -> read(csv, SCHEMA))
        .isInstanceOf(BadTableException.class)
        .hasMessageContainingAll(parts);
  }

  private static LocalData read(String csv, DataSchema schema) throws Exception {
    return table(csv, schema).examples();
  }

  private static Table table(String csv, DataSchema schema) throws Exception {
    return TableReader.read(new StringReader(csv), "ward.csv", schema);
  }
}
