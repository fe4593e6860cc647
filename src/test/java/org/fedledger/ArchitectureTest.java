package org.fedledger;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the protocol's packages, and what none of them may drag in. */
@AnalyzeClasses(packages = "org.fedledger", importOptions = ArchitectureTest.WithoutTests.class)
class ArchitectureTest {

  /** ArchUnit's own option looks for tests where other modules keep theirs. */
  static final class WithoutTests implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("/test-classes/");
    }
  }

  @ArchTest
  static final ArchRule keepsBouncyCastleBehindOurOwnTypes =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fedledger.crypto..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule hasNoCycles =
      slices().matching("org.fedledger.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule restsOnTypesThatRestOnNothing =
      classes()
          .that()
          .resideInAPackage("org.fedledger.types..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("org.fedledger.types..", "java..");
}
