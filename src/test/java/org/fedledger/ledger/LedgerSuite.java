package org.fedledger.ledger;

import org.junit.jupiter.api.Nested;

/** What every ledger does, whether it is in this process or on a chain. */
public abstract class LedgerSuite extends LedgerRules {

  @Nested
  class Rounds extends RoundRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Commitments extends CommitmentRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Publications extends PublicationRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Attestations extends AttestationRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Membership extends MembershipRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Offices extends OfficeRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Stages extends StageRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Draws extends DrawRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Keys extends KeyRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Governing extends GovernanceRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }

  @Nested
  class Bases extends BaseRules {
    @Override
    protected LedgerStory.World found(FederationSetup setup) throws Exception {
      return LedgerSuite.this.found(setup);
    }
  }
}
