package org.fedledger.node;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.fedledger.role.Role;

@AnalyzeClasses(
    packages = "org.fedledger.node",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule hasNoCycles =
      slices().matching("org.fedledger.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule knowsNoWeb3j =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.web3j..");

  @ArchTest
  static final ArchRule namesTheAdapterInTheCompositionRootOnly =
      noClasses()
          .that()
          .doNotHaveSimpleName("NodeCommand")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.fedledger.contracts..");

  @ArchTest
  static final ArchRule keepsVertxToHttp =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fedledger.node.http")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.vertx..");

  @ArchTest
  static final ArchRule keepsPicocliToTheProgram =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.fedledger.node")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule followsAndKeepsWithoutHttp =
      noClasses()
          .that()
          .resideInAnyPackage("..node.chain..", "..node.records..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("..node.http..");

  @ArchTest
  static final ArchRule namesRolesInTheCompositionRootOnly =
      noClasses()
          .that()
          .resideInAnyPackage("..node.http..", "..node.chain..", "..node.records..")
          .should()
          .dependOnClassesThat()
          .implement(Role.class);

  @ArchTest
  static final ArchRule knowsNoBouncyCastle =
      noClasses().should().dependOnClassesThat().resideInAPackage("org.bouncycastle..");
}
