package org.vaxroute.boot.check;

/**
 * One thing wrong with a route file.
 *
 * @param file path seen from the home folder
 * @param line counted from 1
 * @param column counted from 1
 * @param problem what is wrong
 * @param remedy what to do
 */
public record RouteFault(String file, int line, int column, String problem, String remedy) {
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + problem + ". " + remedy;
    }
}
