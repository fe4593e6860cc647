package org.fedledger.rule;

import java.util.ArrayList;
import java.util.List;
import org.fedledger.tensor.Elements;
import org.fedledger.tensor.TensorSpec;

/**
 * Sums over all elements of a file: in binary64, one after another within blocks of 4,096 elements
 * of one tensor, blocks added in order, tensors in name order. No result depends on threads.
 */
public final class Reductions {

  /** Elements that are reduced one after another. */
  public static final int BLOCK = 4_096;

  /** Files of a group whose distances to another group's one task computes. */
  private static final int TILE = 8;

  private Reductions() {}

  /**
   * Elements of one tensor that are reduced together.
   *
   * @param tensor whose place in the list
   * @param from the first of them within the tensor
   * @param flat the first of them within the file
   */
  public record Block(int tensor, long from, long flat, int count) {}

  /** What is done with each block; gives false to stop. */
  public interface Visitor {
    boolean visit(Block block);
  }

  /**
   * Visits the blocks of these tensors in the order in which they are added.
   *
   * @param tensors in name order
   */
  public static void visit(List<TensorSpec> tensors, Visitor visitor) {
    long flat = 0;
    for (int tensor = 0; tensor < tensors.size(); tensor++) {
      long elements = tensors.get(tensor).elements();
      for (long from = 0; from < elements; from += BLOCK) {
        int count = (int) Math.min(BLOCK, elements - from);
        if (!visitor.visit(new Block(tensor, from, flat + from, count))) {
          return;
        }
      }
      flat += elements;
    }
  }

  /** The sum of a block's squares. */
  public static double squares(float[] block, int count) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      sum = sum + (double) block[i] * (double) block[i];
    }
    return sum;
  }

  /** The sum of the squares of two blocks' differences. */
  static double squaredDifferences(float[] a, float[] b, int count) {
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
      double difference = (double) a[i] - (double) b[i];
      sum = sum + difference * difference;
    }
    return sum;
  }

  /**
   * The squares of the Euclidean distances between all pairs.
   *
   * @param tensors of each of them, in name order
   * @return symmetric, by place in the list; takes 8 bytes for each pair in each order
   */
  static double[][] squaredDistances(
      List<TensorSpec> tensors, List<Elements> files, Workers workers) {
    double[][] distances = new double[files.size()][files.size()];
    List<Runnable> tasks = new ArrayList<>();
    for (int row = 0; row < files.size(); row += TILE) {
      for (int column = row; column < files.size(); column += TILE) {
        int firstRow = row;
        int firstColumn = column;
        tasks.add(() -> tile(tensors, files, firstRow, firstColumn, distances));
      }
    }
    workers.run(tasks);
    return distances;
  }

  /** The pairs of one group of files with another, each pair's sum in order of its blocks. */
  private static void tile(
      List<TensorSpec> tensors,
      List<Elements> files,
      int firstRow,
      int firstColumn,
      double[][] distances) {
    int rows = Math.min(TILE, files.size() - firstRow);
    int columns = Math.min(TILE, files.size() - firstColumn);
    float[][] left = new float[rows][BLOCK];
    float[][] right = firstRow == firstColumn ? left : new float[columns][BLOCK];
    visit(
        tensors,
        block -> {
          read(files, firstRow, left, block);
          if (right != left) {
            read(files, firstColumn, right, block);
          }
          for (int i = 0; i < rows; i++) {
            for (int j = right == left ? i + 1 : 0; j < columns; j++) {
              distances[firstRow + i][firstColumn + j] +=
                  squaredDifferences(left[i], right[j], block.count());
            }
          }
          return true;
        });
    for (int i = 0; i < rows; i++) {
      for (int j = right == left ? i + 1 : 0; j < columns; j++) {
        distances[firstColumn + j][firstRow + i] = distances[firstRow + i][firstColumn + j];
      }
    }
  }

  private static void read(List<Elements> files, int first, float[][] into, Block block) {
    for (int i = 0; i < into.length; i++) {
      files.get(first + i).floats(block.flat(), into[i], block.count());
    }
  }
}
