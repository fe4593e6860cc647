package org.fedledger.index;

import java.io.IOException;
import java.nio.file.Path;
import org.fedledger.signing.SigningDomain;

class SqliteQueriesTest extends QueriesSuite {

  @Override
  protected LedgerIndex open(Path folder, SigningDomain domain) throws IOException {
    return SqliteIndexTest.in(folder, domain);
  }
}
