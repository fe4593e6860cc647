package org.fedledger.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskSpaceTest {

  @TempDir Path folder;

  private DiskSpace disk;

  /** More than a half of what is free, by far more than others write meanwhile. */
  private long most;

  @BeforeEach
  void look() throws IOException {
    disk = new DiskSpace(folder, 0);
    most = disk.free() / 10 * 6;
  }

  /** Else each of several uploads finds the same room, and what is left for receipts is used up. */
  @Test
  void shouldGiveNoRoomTwice() throws Exception {
    try (DiskSpace.Room _ = disk.room(most)) {
      RefusedException refused = assertThrows(RefusedException.class, () -> disk.room(most));
      assertThat(refused.answer().status()).isEqualTo(507);
    }
    disk.room(most).close();
  }

  @Test
  void shouldCountNothingTwiceThatWasWritten() throws Exception {
    try (DiskSpace.Room room = disk.room(most)) {
      room.used(most - 1);
      disk.room(most).close();
      room.used(2);
    }
    disk.room(most).close();
    assertThrows(RefusedException.class, () -> disk.room(disk.total() + 1));
  }
}
