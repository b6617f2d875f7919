package org.vaxroute.boot.settings;

/** There is no usable home folder; the message says where it was looked for and how to name one. */
public class HomeNotFoundException extends RuntimeException {
    public HomeNotFoundException(String message) {
        super(message);
    }
}
