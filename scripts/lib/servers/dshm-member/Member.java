import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.Partition;
import com.hazelcast.partition.PartitionService;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A member of a distributed shared memory that speaks the protocol of ngx-distributed-shm (all of it but RATE_LIMITER)
 * and keeps its data where that server does: in maps of Hazelcast, one for each region. It takes the same system
 * properties, so that the real server can stand in its place.
 */
public final class Member {
  private static final String NOT_FOUND = "ERROR not_found\r\n";
  private static final String MALFORMED = "ERROR malformed_request\r\n";
  private static final String DONE = "DONE\r\n";
  private static final String DEFAULT_REGION = "shmmap";

  private final HazelcastInstance hazelcast;

  private Member(HazelcastInstance hazelcast) {
    this.hazelcast = hazelcast;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Member member = new Member(Hazelcast.newHazelcastInstance());
    member.awaitItsShare();
    int port = Integer.getInteger("ngx-distributed-shm.port", 4321);
    InetAddress address = InetAddress.getByName(System.getProperty("ngx-distributed-shm.bind_address", "127.0.0.1"));
    ExecutorService connections = Executors.newCachedThreadPool();
    try (ServerSocket server = new ServerSocket(port, 128, address)) {
      while (true) {
        Socket socket = server.accept();
        connections.execute(() -> member.serve(socket));
      }
    }
  }

  /** Whoever joins others answers only once it holds its share of their data: from then on either may be lost. */
  private void awaitItsShare() throws InterruptedException {
    PartitionService partitions = hazelcast.getPartitionService();
    while (hazelcast.getCluster().getMembers().size() > 1
        && !(partitions.getPartitions().stream().anyMatch(this::isOwn) && partitions.isClusterSafe())) {
      Thread.sleep(20);
    }
  }

  private boolean isOwn(Partition partition) {
    return partition.getOwner() != null && partition.getOwner().localMember();
  }

  private void serve(Socket socket) {
    try (socket;
        InputStream in = new BufferedInputStream(socket.getInputStream());
        OutputStream out = new BufferedOutputStream(socket.getOutputStream())) {
      socket.setTcpNoDelay(true);
      while (true) {
        String[] words = readLine(in).split(" ");
        // A line of nothing but spaces gets no answer.
        if (words.length > 0) {
          out.write(answer(words, in).getBytes(StandardCharsets.UTF_8));
          if (in.available() == 0) out.flush();
          if (words[0].equalsIgnoreCase("QUIT")) return;
        }
      }
    } catch (EOFException gone) {
      // The client has closed the connection.
    } catch (IOException | RuntimeException broken) {
      System.err.println(broken);
    }
  }

  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    int previous = -1;
    while (true) {
      int next = in.read();
      if (next == -1) throw new EOFException();
      if (previous == '\r' && next == '\n') return line.toString(StandardCharsets.UTF_8);
      if (previous == '\r') line.write(previous);
      if (next != '\r') line.write(next);
      previous = next;
    }
  }

  private String answer(String[] words, InputStream in) throws IOException {
    try {
      return switch (words[0].toUpperCase(Locale.ROOT)) {
        case "GET" -> get(words);
        case "SET" -> set(words, in);
        case "TOUCH" -> touch(words);
        case "DELETE" -> delete(words);
        case "INCR" -> increment(words);
        case "FLUSHALL" -> flushAll(words);
        case "QUIT" -> DONE;
        default -> MALFORMED;
      };
    } catch (IllegalArgumentException malformed) {
      return MALFORMED;
    }
  }

  private String get(String[] words) {
    demandWords(words, 2, 2);
    String value = map(words[1]).get(words[1]);
    return value == null ? NOT_FOUND : withLength(value);
  }

  private String set(String[] words, InputStream in) throws IOException {
    demandWords(words, 4, 4);
    int ttl = atLeast(0, words[2]);
    int length = atLeast(1, words[3]);
    byte[] data = in.readNBytes(length);
    if (data.length < length) throw new EOFException();
    String value = normalised(new String(data, StandardCharsets.UTF_8));
    map(words[1]).set(words[1], value, ttl, TimeUnit.SECONDS);
    return withLength(value);
  }

  private String touch(String[] words) {
    demandWords(words, 3, 3);
    map(words[1]).setTtl(words[1], atLeast(0, words[2]), TimeUnit.SECONDS);
    return DONE;
  }

  private String delete(String[] words) {
    demandWords(words, 2, 2);
    map(words[1]).delete(words[1]);
    return DONE;
  }

  private String increment(String[] words) {
    demandWords(words, 4, 5);
    int ttl = words.length == 5 ? atLeast(0, words[4]) : 0;
    int delta = Integer.parseInt(words[2]);
    int initial = Integer.parseInt(words[3]);
    return withLength(map(words[1]).executeOnKey(words[1], new Increment(delta, initial, ttl)));
  }

  private String flushAll(String[] words) {
    demandWords(words, 1, 2);
    hazelcast.getMap(words.length == 2 ? words[1] : DEFAULT_REGION).clear();
    return DONE;
  }

  /** The map of the region that a key names before its first colon. */
  private IMap<String, String> map(String key) {
    int colon = key.indexOf(':');
    return hazelcast.getMap(colon > 0 ? key.substring(0, colon) : DEFAULT_REGION);
  }

  /** What looks like a number is kept as one: 007 becomes 7. */
  private static String normalised(String value) {
    try {
      return Long.toString(Long.parseLong(value));
    } catch (NumberFormatException notANumber) {
      return value;
    }
  }

  /** The length is in UTF-16 units, not in bytes. */
  private static String withLength(String value) {
    return "LEN " + value.length() + "\r\n" + value + "\r\n" + DONE;
  }

  private static void demandWords(String[] words, int atLeast, int atMost) {
    if (words.length < atLeast || words.length > atMost) throw new IllegalArgumentException();
  }

  private static int atLeast(int smallest, String word) {
    int number = Integer.parseInt(word);
    if (number < smallest) throw new IllegalArgumentException();
    return number;
  }

  /** Runs where the key is, alone with it. What is not a number stays as it is. */
  private record Increment(long delta, long initial, int ttl) implements EntryProcessor<String, String, String> {
    @Override
    public String process(Map.Entry<String, String> entry) {
      ExtendedMapEntry<String, String> kept = (ExtendedMapEntry<String, String>) entry;
      if (kept.getValue() == null) {
        String first = Long.toString(initial + delta);
        kept.setValue(first, ttl, TimeUnit.SECONDS);
        return first;
      }
      String next = sum(kept.getValue());
      kept.setValueWithoutChangingExpiryTime(next);
      return next;
    }

    private String sum(String value) {
      try {
        return Long.toString(Long.parseLong(value) + delta);
      } catch (NumberFormatException notANumber) {
        return value;
      }
    }
  }
}
