package org.vaxroute.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private static final String MORE = "more";

    private final List<String> prepared = new CopyOnWriteArrayList<>();
    private final List<String> stored = new CopyOnWriteArrayList<>();
    private final List<String> answered = new CopyOnWriteArrayList<>();

    /** What holds up the group that begins with this message, before it waits for its turn and while it is stored. */
    private final Map<String, CountDownLatch> preparing = new ConcurrentHashMap<>();

    private final Map<String, CountDownLatch> storing = new ConcurrentHashMap<>();

    @Test
    void whatWaitsWhenAGroupIsStoredIsPreparedMeanwhile() {
        CountDownLatch first = hold(preparing, "1");
        CountDownLatch firstStored = hold(storing, "1");
        CountDownLatch secondStored = hold(storing, "2");
        try (GroupCommit commit = commit()) {
            offer(commit, "1");
            await().until(() -> prepared.contains("1"));
            offer(commit, "2");
            offerMore(commit);
            first.countDown();
            await().until(() -> prepared.contains("2"));
            assertThat(stored).isEmpty();
            assertThat(answered).isEmpty();

            offer(commit, "3");
            firstStored.countDown();
            await().until(() -> prepared.contains("3"));
            assertThat(stored).containsExactly("1");
            assertThat(answered).containsExactly("done 1");

            secondStored.countDown();
            await().until(() -> answered.contains("done 3"));
        }
        assertThat(without(stored)).containsExactly("1", "2", "3");
        assertThat(without(answered)).containsExactly("done 1", "done 2", "done 3");
    }

    @Test
    void aGroupThatStoresNothingLetsNobodyPassTheOneBeforeIt() {
        assertThat(behindOneThatIsStored("refused")).containsExactly("done 1", "done refused", "done 3");
        assertThat(without(stored)).containsExactly("1", "3");
    }

    @Test
    void oneThatFailsIsAnsweredInItsPlaceAndTheOthersGoOn() {
        assertThat(behindOneThatIsStored("broken")).containsExactly("done 1", "failed broken", "done 3");
        assertThat(without(stored)).containsExactly("1", "3");
    }

    private List<String> behindOneThatIsStored(String text) {
        CountDownLatch first = hold(preparing, "1");
        CountDownLatch firstStored = hold(storing, "1");
        try (GroupCommit commit = commit()) {
            offer(commit, "1");
            await().until(() -> prepared.contains("1"));
            offer(commit, text);
            offerMore(commit);
            first.countDown();
            await().until(() -> prepared.contains(text));
            offer(commit, "3");
            assertThat(stored).isEmpty();
            assertThat(answered).isEmpty();
            firstStored.countDown();
        }
        return without(answered);
    }

    /** So many that they are a group with the one before them. */
    private void offerMore(GroupCommit commit) {
        for (int i = 1; i < GroupCommit.ENOUGH; i++) {
            offer(commit, MORE);
        }
    }

    private static List<String> without(List<String> texts) {
        return texts.stream().filter(text -> !text.endsWith(MORE)).toList();
    }

    @Test
    void whoClosesWaitsUntilAllAreAnsweredInTheOrderOfTheirArrival() {
        List<String> all = IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        try (GroupCommit commit = commit()) {
            all.forEach(text -> offer(commit, text));
        }
        assertThat(stored).isEqualTo(all);
        assertThat(answered).isEqualTo(all.stream().map(text -> "done " + text).toList());
    }

    private GroupCommit commit() {
        return new GroupCommit(
                GroupCommit.ENOUGH,
                this::group,
                failed -> failed.forEach(
                        one -> one.answer().accept(("failed " + new String(one.text(), US_ASCII)).getBytes(US_ASCII))));
    }

    private List<byte[]> group(List<byte[]> bytes, GroupCommit.Turn turn) {
        List<String> texts =
                bytes.stream().map(text -> new String(text, US_ASCII)).toList();
        String first = texts.get(0);
        prepared.add(first);
        wait(preparing, first);
        if (first.equals("broken")) {
            throw new IllegalStateException("broken on purpose");
        }
        if (!first.equals("refused")) {
            turn.await();
            wait(storing, first);
            stored.addAll(texts);
        }
        turn.pass();
        List<byte[]> answers = new ArrayList<>();
        texts.forEach(text -> answers.add(("done " + text).getBytes(US_ASCII)));
        return answers;
    }

    private void offer(GroupCommit commit, String text) {
        commit.offer(
                new GroupCommit.Arrival(text.getBytes(US_ASCII), answer -> answered.add(new String(answer, US_ASCII))));
    }

    private static CountDownLatch hold(Map<String, CountDownLatch> at, String text) {
        CountDownLatch latch = new CountDownLatch(1);
        at.put(text, latch);
        return latch;
    }

    private static void wait(Map<String, CountDownLatch> at, String text) {
        CountDownLatch latch = at.get(text);
        if (latch == null) {
            return;
        }
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
