package org.fedledger.devnet;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(
    packages = "org.fedledger.devnet",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule hasNoCycles =
      slices().matching("org.fedledger.(**)").should().beFreeOfCycles();

  /** One who reads of a type knows which, wherever it is. */
  @Test
  void givesEachTypeANameOfItsOwn() {
    Map<String, Set<String>> places =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.fedledger")
                .stream()
                .filter(JavaClass::isTopLevelClass)
                .filter(type -> !type.getSimpleName().equals("package-info"))
                .collect(
                    Collectors.groupingBy(
                        JavaClass::getSimpleName,
                        TreeMap::new,
                        Collectors.mapping(
                            JavaClass::getPackageName, Collectors.toCollection(TreeSet::new))));
    assertThat(places)
        .hasSizeGreaterThan(500)
        .allSatisfy((_, where) -> assertThat(where).hasSize(1));
  }
}
