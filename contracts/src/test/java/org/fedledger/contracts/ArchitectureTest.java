package org.fedledger.contracts;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** The adapter shows nobody what it is made of. */
@AnalyzeClasses(
    packages = "org.fedledger.contracts",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule hasNoCycles =
      slices().matching("org.fedledger.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule leavesHashingAndSigningOfMessagesToTheProtocol =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule recomputesAndJudgesNothing =
      noClasses()
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.fedledger.rule..", "org.fedledger.gate..", "org.fedledger.verify..");

  @ArchTest
  static final ArchRule givesNoWeb3jOut =
      methods().that(inTheOpen()).should().notHaveRawReturnType(resideInAPackage("org.web3j.."));

  @ArchTest
  static final ArchRule takesNoWeb3jIn =
      codeUnits().that(inTheOpen()).should(new TakesNone(resideInAPackage("org.web3j..")));

  private static DescribedPredicate<JavaCodeUnit> inTheOpen() {
    return DescribedPredicate.describe(
        "are public in public classes of ours",
        unit ->
            unit.getModifiers().contains(JavaModifier.PUBLIC)
                && isOpen(unit.getOwner())
                && unit.getOwner().getPackageName().equals("org.fedledger.contracts"));
  }

  private static boolean isOpen(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.PUBLIC)
        && type.getEnclosingClass().map(ArchitectureTest::isOpen).orElse(true);
  }

  private static final class TakesNone extends ArchCondition<JavaCodeUnit> {
    private final DescribedPredicate<JavaClass> foreign;

    TakesNone(DescribedPredicate<JavaClass> foreign) {
      super("have no parameters that " + foreign.getDescription());
      this.foreign = foreign;
    }

    @Override
    public void check(JavaCodeUnit unit, ConditionEvents events) {
      boolean takes = unit.getRawParameterTypes().stream().anyMatch(foreign);
      events.add(new SimpleConditionEvent(unit, !takes, unit.getDescription()));
    }
  }
}
