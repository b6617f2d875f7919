package org.vaxroute.practice;

/** A form in which the practice registry answers. */
public enum AnswerKind {
    /** {@code X.ack.hl7} for each file X: an acknowledgment (Z23) for each message. */
    ACK,
    /** {@code X.rsp.txt} for each file X: counters of the job, then what was rejected, as registries of the WIR family write. */
    WIR,
    /** {@code DQA_<date>.csv} each day: everything that is wrong and not yet corrected, again and again. */
    DQA
}
