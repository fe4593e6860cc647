package org.fedledger.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.fedledger.ledger.LedgerStory.COORDINATOR;
import static org.fedledger.ledger.LedgerStory.participant;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.fedledger.ledger.LedgerFeed.Change;
import org.fedledger.ledger.LedgerFeed.Place;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerFeedTest {

  private InMemoryWorld world;
  private LedgerStory story;
  private Unsteady reader;
  private Record record;

  @BeforeEach
  void begin() {
    story =
        LedgerStory.begin(
            setup -> {
              world = new InMemoryWorld(setup);
              return world;
            },
            LedgerStory.Cast.SMALL);
    reader = new Unsteady(story.reader());
    record = new Record();
    admit(0);
    admit(1);
    admit(2);
  }

  private void admit(int n) {
    story.doAs(COORDINATOR, new LedgerAction.Admit(participant(n).address(), 0));
  }

  private LedgerFeed feed(int confirmations) {
    return new LedgerFeed(reader, 0, confirmations);
  }

  private void advance() {
    feed(0).advance(record);
  }

  /** What all nodes agree on. */
  private List<RecordedEvent> all() {
    return story.recorded();
  }

  @Test
  void shouldTellEachEventOnceAndInOrder() {
    advance();
    admit(3);
    world.chain().mine();
    advance();
    advance();
    assertThat(record.events).isEqualTo(all());
    assertThat(record.places.getLast().number()).isEqualTo(reader.head().number());
  }

  @Test
  void shouldTellNothingThatLacksConfirmations() {
    feed(2).advance(record);
    long depth = reader.head().number() - 2;
    assertThat(record.events)
        .isEqualTo(all().stream().filter(e -> e.block().number() <= depth).toList())
        .isNotEqualTo(all());
  }

  @Test
  void shouldTellOfTheLastBlockThatAReorgLeaves() {
    for (int i = 3; i < 6; i++) {
      admit(i);
      advance();
    }
    Place left = record.places.stream().toList().get(record.places.size() - 3);
    world.chain().reorganise(2);
    advance();
    assertThat(record.reorgs).containsExactly(Optional.of(left));
    assertThat(record.events).isEqualTo(all());
  }

  @Test
  void shouldAskAgainForAnAnswerThatIsOutOfOrder() {
    reader.answerOnce(List::reversed);
    advance();
    assertThat(record.events).isEqualTo(all());
    assertThat(reader.asked).isEqualTo(2);
  }

  @Test
  void shouldAskAgainForAnAnswerThatRepeatsAnEvent() {
    reader.answerOnce(
        events -> {
          List<RecordedEvent> twice = new ArrayList<>(events);
          twice.add(events.getLast());
          return twice;
        });
    advance();
    assertThat(record.events).isEqualTo(all());
  }

  @Test
  void shouldAskAgainForAnAnswerOfAnotherChain() {
    List<RecordedEvent> before = all();
    world.chain().reorganise(1);
    reader.answerOnce(_ -> before);
    feed(1).advance(record);
    assertThat(record.events).isEqualTo(all()).isNotEqualTo(before);
    assertThat(reader.asked).isEqualTo(2);
  }

  @Test
  void shouldTellNothingOfAnswersThatNeverHoldTogether() {
    reader.answerAlways(List::reversed);
    assertThatThrownBy(this::advance)
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining("do not hold together")
        .hasMessageContaining("out of order");
    assertThat(record.events).isEmpty();
  }

  @Test
  void shouldReadARecordAgainThatContradictsItself() {
    advance();
    admit(3);
    reader.answerOnce(_ -> List.of());
    advance();
    assertThat(record.events).as("an empty answer is taken as it is").isNotEqualTo(all());
    admit(4);
    advance();
    assertThat(record.events).as("and shows when the record goes on").isEqualTo(all());
  }

  @Test
  void shouldReadFromTheFirstBlockWhereWhatCameBeforeIsIncompleteToo() {
    advance();
    admit(3);
    reader.answerOnce(_ -> List.of());
    advance();
    for (int i = 0; i < 3; i++) {
      world.chain().mine();
      advance();
    }
    admit(4);
    advance();
    assertThat(record.events).isEqualTo(all());
    assertThat(record.reorgs).hasSize(2).endsWith(Optional.empty());
  }

  @Test
  void shouldSayThatARecordContradictsItselfWhenItDoesSoEachTime() {
    reader.answerAlways(events -> events.isEmpty() ? events : events.subList(1, events.size()));
    assertThatThrownBy(this::advance)
        .isInstanceOf(ContradictionException.class)
        .hasMessageContaining("does not go on");
    reader.answerAlways(UnaryOperator.identity());
    advance();
    assertThat(record.events).isEqualTo(all());
  }

  @Test
  void shouldUndoNothingForANodeThatIsBehind() {
    advance();
    admit(3);
    admit(4);
    advance();
    reader.behind(1);
    advance();
    assertThat(record.reorgs).isEmpty();
    assertThat(record.events).isEqualTo(all());
  }

  @Test
  void shouldNotTakeANodeThatLacksABlockForAReorg() {
    advance();
    admit(3);
    admit(4);
    reader.lacking(record.places.getLast().number());
    assertThatThrownBy(this::advance)
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining("does not give block");
    assertThat(record.reorgs).isEmpty();
  }

  @Test
  void shouldSayThatANodeIsBehindAllThatIsKnown() {
    advance();
    reader.behind(2);
    assertThatThrownBy(this::advance)
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining("was read before");
    assertThat(record.events).isEqualTo(all());
  }

  /** As where a development chain was put back, and the blocks between were not looked at. */
  @Test
  void shouldGoBackWithANodeThatStaysBehind() {
    AtomicLong now = new AtomicLong();
    LedgerFeed feed = new LedgerFeed(reader, 0, 0, now::get);
    feed.advance(record);
    Place left = record.places.getLast();
    admit(3);
    admit(4);
    feed.advance(record);
    reader.behind(1);
    feed.advance(record);
    now.set(LedgerFeed.PATIENCE.toNanos());
    feed.advance(record);
    assertThat(record.reorgs).isEmpty();
    now.incrementAndGet();
    feed.advance(record);
    assertThat(record.reorgs).containsExactly(Optional.of(left));
    assertThat(record.events)
        .isEqualTo(
            all().stream().filter(e -> e.block().number() <= reader.head().number()).toList());
  }

  @Test
  void shouldReadAnewWhereANodeStaysBehindAllThatIsKnown() {
    AtomicLong now = new AtomicLong();
    LedgerFeed feed = new LedgerFeed(reader, 0, 0, now::get);
    feed.advance(record);
    reader.behind(2);
    assertThatThrownBy(() -> feed.advance(record)).isInstanceOf(LedgerUnreachableException.class);
    now.set(LedgerFeed.PATIENCE.toNanos() + 1);
    feed.advance(record);
    assertThat(record.reorgs).containsExactly(Optional.empty());
    assertThat(record.places.getLast().number()).isEqualTo(reader.head().number());
  }

  @Test
  void shouldBePatientAnewWithANodeThatHadCaughtUp() {
    AtomicLong now = new AtomicLong();
    LedgerFeed feed = new LedgerFeed(reader, 0, 0, now::get);
    feed.advance(record);
    for (int i = 3; i < 6; i++) {
      admit(i);
      reader.behind(0);
      feed.advance(record);
      reader.behind(1);
      feed.advance(record);
      now.addAndGet(LedgerFeed.PATIENCE.toNanos());
    }
    assertThat(record.reorgs).isEmpty();
  }

  @Test
  void shouldGiveTheEventsOfARecordToThoseWhoReadItOnce() {
    long first = all().get(2).block().number();
    assertThat(LedgerFeed.events(reader, first, reader.head()))
        .containsExactlyElementsOf(
            all().stream().filter(e -> e.block().number() >= first).toList());
    assertThat(LedgerFeed.founding(reader)).contains(all().getFirst());
  }

  @Test
  void shouldRefuseToReadOnceWhatIsNoLongerOnTheChain() {
    BlockRef head = reader.head();
    world.chain().reorganise(1);
    assertThatThrownBy(() -> LedgerFeed.events(reader, 0, head).forEach(_ -> {}))
        .isInstanceOf(LedgerUnreachableException.class)
        .hasMessageContaining("reorganised");
  }

  /** Keeps what it is told, and knows an event that does not follow the one before. */
  private static final class Record implements LedgerFeed.Consumer {
    final List<RecordedEvent> events = new ArrayList<>();
    final Deque<Place> places = new ArrayDeque<>();
    final List<Optional<Place>> reorgs = new ArrayList<>();

    @Override
    public Optional<Place> placeBelow(long number) {
      for (Iterator<Place> newest = places.descendingIterator(); newest.hasNext(); ) {
        Place place = newest.next();
        if (place.number() < number) {
          return Optional.of(place);
        }
      }
      return Optional.empty();
    }

    @Override
    public void take(Change change) {
      switch (change) {
        case Change.Committed(BlockRef block, List<RecordedEvent> came) -> {
          List<RecordedEvent> next = new ArrayList<>(events);
          came.forEach(event -> requireNext(next, event));
          events.clear();
          events.addAll(next);
          places.addLast(Place.of(block));
        }
        case Change.Reorged(Optional<Place> to) -> {
          reorgs.add(to);
          long last = to.map(Place::number).orElse(-1L);
          places.removeIf(place -> place.number() > last);
          events.removeIf(event -> event.block().number() > last);
        }
      }
    }

    /** Participants are admitted by their numbers, after the founding. */
    private static void requireNext(List<RecordedEvent> before, RecordedEvent event) {
      boolean founding = event.event() instanceof LedgerEvent.FederationCreated;
      long admitted =
          before.stream().filter(e -> e.event() instanceof LedgerEvent.ParticipantAdmitted).count();
      if (founding != before.isEmpty()
          || event.event() instanceof LedgerEvent.ParticipantAdmitted e && e.index() != admitted) {
        throw new ContradictionException("the record does not go on with " + event);
      }
      before.add(event);
    }
  }

  /** A chain node that sometimes answers otherwise than it should. */
  private static final class Unsteady extends ForwardingReader {
    int asked;
    private UnaryOperator<List<RecordedEvent>> always = UnaryOperator.identity();
    private UnaryOperator<List<RecordedEvent>> once;
    private long behind;
    private long lacking = -1;

    Unsteady(LedgerReader ledger) {
      super(ledger);
    }

    void answerOnce(UnaryOperator<List<RecordedEvent>> otherwise) {
      once = otherwise;
    }

    void answerAlways(UnaryOperator<List<RecordedEvent>> otherwise) {
      always = otherwise;
    }

    void behind(long blocks) {
      behind = blocks;
    }

    void lacking(long block) {
      lacking = block;
    }

    @Override
    public BlockRef head() {
      return super.block(super.head().number() - behind).orElseThrow();
    }

    @Override
    public Optional<BlockRef> block(long number) {
      return number == lacking || number > head().number() ? Optional.empty() : super.block(number);
    }

    @Override
    public List<RecordedEvent> events(long from, long to) {
      asked++;
      List<RecordedEvent> real = super.events(from, to);
      UnaryOperator<List<RecordedEvent>> otherwise = once != null ? once : always;
      once = null;
      return otherwise.apply(real);
    }
  }
}
