import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks the test vectors against docs/envelope.md with nothing but the JDK (17 or newer), sharing no code with the
 * library. From anywhere: {@code java packages/core/vectors/Check.java}
 */
public final class Check {
  private static final int HEADER = 61;
  private static final int TAG = 16;
  private static final int MOST_EXPANDED = 1_048_576;
  private static final int BLOCK = 64;
  private static final int MAX_TEXT = 36_864;

  private static int passed;
  private static int failed;

  public static void main(String[] arguments) throws Exception {
    Path file = arguments.length > 0 ? Path.of(arguments[0]) : beside("sojourn-1.json");
    Map<String, Object> vectors = object(new Json(Files.readString(file)).value());
    Map<String, Object> secrets = object(vectors.get("secrets"));
    String suite = text(vectors, "suite");
    long now = number(vectors, "now");

    secrets.forEach((name, value) -> check("secret " + name, () -> {
      Map<String, Object> secret = object(value);
      byte[] bytes = secretBytes(text(secret, "secret"));
      same("bytes", text(secret, "bytes"), hex(bytes));
      same("kid", text(secret, "kid"), hex(new Key(bytes).kid));
    }));
    for (Map<String, Object> vector : objects(vectors, "sealed")) {
      check("sealed: " + vector.get("title"), () -> checkSealed(new Context(vector, secrets, suite), vector, now));
    }
    for (Map<String, Object> vector : objects(vectors, "fingerprints")) {
      check("fingerprint", () -> {
        byte[] block = new Context(vector, secrets, suite).hash("sojourn/1 id", hex(text(vector, "id")));
        same("fingerprint", text(vector, "fingerprint"), base64url(Arrays.copyOf(block, 24)));
      });
    }
    for (Map<String, Object> vector : objects(vectors, "indexKeys")) {
      check("index key", () -> {
        byte[] block = new Context(vector, secrets, suite).hash("sojourn/1 subject", utf8(text(vector, "subject")));
        same("index key", text(vector, "indexKey"), base64url(Arrays.copyOf(block, 32)));
      });
    }
    for (Map<String, Object> vector : objects(vectors, "indexEntries")) {
      check("index entry", () -> {
        Context context = new Context(vector, secrets, suite);
        byte[] id = hex(text(vector, "id"));
        byte[] iv = Arrays.copyOf(context.hash("sojourn/1 entry", id), 16);
        byte[] stream = context.hash("sojourn/1 entry key", iv);
        byte[] entry = Arrays.copyOf(iv, 16 + id.length);
        for (int at = 0; at < id.length; at++) entry[16 + at] = (byte) (id[at] ^ stream[at]);
        same("index entry", text(vector, "entry"), base64url(entry));
      });
    }
    for (Map<String, Object> vector : objects(vectors, "refused")) {
      check("refused: " + vector.get("title"), () -> {
        Opened opened = new Context(vector, secrets, suite).open(text(vector, "text"), now);
        same("refusal", text(vector, "refusal"), opened.refusal);
      });
    }
    for (Map<String, Object> vector : objects(vectors, "suites")) {
      check("suite: " + vector.get("title"), () -> checkSealed(new Context(vector, secrets, suite), vector, now));
    }
    for (Map<String, Object> vector : objects(vectors, "suitesRefused")) {
      check("suite refused: " + vector.get("title"), () -> {
        Opened opened = new Context(vector, secrets, suite).open(text(vector, "text"), now);
        same("refusal", text(vector, "refusal"), opened.refusal);
      });
    }
    System.out.println(passed + " passed, " + failed + " failed");
    System.exit(failed == 0 && passed > 0 ? 0 : 1);
  }

  private static void checkSealed(Context context, Map<String, Object> vector, long now) throws Exception {
    Map<String, Object> content = object(vector.get("content"));
    long clock = vector.containsKey("now") ? number(vector, "now") : now;
    byte[] payload = encode(content);
    same("payload", text(vector, "payload"), hex(payload));
    if (context.isRepeatable(payload)) {
      byte[] sealed = context.seal(hex(text(vector, "salt")), payload);
      same("sealed", text(vector, "sealed"), hex(sealed));
      same("text", text(vector, "text"), context.write(sealed));
    }
    Opened opened = context.open(text(vector, "text"), clock);
    same("refusal", null, opened.refusal);
    same("content", content, opened.content);
  }

  /** A secret, ready for use: RFC 5869 with SHA-512, of which one block is ever needed. */
  private static final class Key {
    final byte[] prk;
    final byte[] kid;

    Key(byte[] secret) throws GeneralSecurityException {
      prk = hmac(utf8("sojourn/1"), secret);
      kid = Arrays.copyOf(expand(utf8("sojourn/1 kid")), 4);
    }

    byte[] expand(byte[]... info) throws GeneralSecurityException {
      return hmac(prk, concat(concat(info), new byte[] {1}));
    }
  }

  private record Opened(String refusal, Map<String, Object> content) {
    static Opened refused(String refusal) {
      return new Opened(refusal, null);
    }
  }

  /** All that a sealed value is bound to. */
  private static final class Context {
    final Key key;
    final byte[] name;
    final byte[] audience;
    final String purpose;
    final byte[] prefix;
    final String cipher;
    final String hash;
    final String compressor;
    final boolean inHex;

    Context(Map<String, Object> vector, Map<String, Object> secrets, String suite) throws GeneralSecurityException {
      key = new Key(hex(text(object(secrets.get(text(vector, "secret"))), "bytes")));
      name = lp(utf8(text(vector, "name")));
      audience = lp(utf8(text(vector, "audience")));
      purpose = vector.containsKey("purpose") ? text(vector, "purpose") : "";
      String namedSuite = vector.containsKey("suite") ? text(vector, "suite") : suite;
      byte[] usedSuite = utf8(namedSuite);
      String[] parts = namedSuite.split(",");
      cipher = parts[0];
      hash = parts[1];
      compressor = parts[3];
      inHex = "hex".equals(vector.get("encoder"));
      byte[] id = vector.containsKey("id") ? hex(text(vector, "id")) : new byte[0];
      prefix = concat(utf8("sojourn/1"), name, lp(utf8(purpose)), audience, lp(usedSuite), lp(id));
    }

    byte[] hash(String use, byte[] value) throws GeneralSecurityException {
      return key.expand(utf8(use), name, audience, lp(value));
    }

    /** What a compressor makes depends on its release. */
    boolean isRepeatable(byte[] payload) {
      return compressor.equals("none") || payload.length < 1024;
    }

    boolean hasTag() {
      return hash.equals("-");
    }

    int tail() {
      return hasTag() ? TAG : HASH_LENGTHS.get(hash);
    }

    String write(byte[] sealed) {
      return inHex ? hex(sealed) : base64url(sealed);
    }

    /** Only what {@code write} gives, or null. */
    byte[] read(String text) {
      if (!inHex) return fromBase64url(text);
      return text.matches("([0-9a-f]{2})*") ? hex(text) : null;
    }

    /** The key of the cipher, the commitment, and for a cipher without a tag the key of the HMAC. */
    byte[] derive(byte[] kidAndSalt) throws GeneralSecurityException {
      byte[] first = key.expand(prefix, kidAndSalt);
      return hasTag() ? first : concat(first, hmac(key.prk, concat(first, prefix, kidAndSalt, new byte[] {2})));
    }

    byte[] mac(byte[] okm, byte[] message) throws GeneralSecurityException {
      String algorithm = "HmacSHA" + hash.substring(3);
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(okm, 64, 64, algorithm));
      return mac.doFinal(message);
    }

    byte[] seal(byte[] salt, byte[] payload) throws GeneralSecurityException {
      byte[] okm = derive(concat(key.kid, salt));
      byte[] header = concat(new byte[] {0x53}, key.kid, salt, Arrays.copyOfRange(okm, 32, 64));
      // Too short to be compressed: both lengths, of which the second is 0.
      byte[] plain = compressor.equals("none") ? payload : padded(big(payload.length, 4), big(0, 4), payload);
      byte[] message = concat(header, encipher(cipher, Cipher.ENCRYPT_MODE, okm, header, plain));
      return hasTag() ? message : concat(message, mac(okm, message));
    }

    boolean fits(int length) {
      int body = length - HEADER - tail();
      boolean isDefault = cipher.equals("aes-256-gcm") && compressor.equals("none");
      return body > 0 && (!isDefault || body % BLOCK == 0);
    }

    Opened open(String text, long now) throws GeneralSecurityException {
      int length = inHex ? text.length() / 2 : text.length() * 3 / 4;
      boolean isWhole = inHex ? text.length() % 2 == 0 : text.length() % 4 != 1;
      boolean fits = text.length() <= MAX_TEXT && isWhole && fits(length);
      byte[] head = fits ? read(inHex ? text : text.substring(0, 8)) : null;
      if (head == null || head[0] != 0x53) return Opened.refused("malformed");
      if (!Arrays.equals(key.kid, Arrays.copyOfRange(head, 1, 5))) return Opened.refused("unknown-key");
      byte[] sealed = read(text);
      if (sealed == null) return Opened.refused("malformed");
      byte[] okm = derive(Arrays.copyOfRange(sealed, 1, 29));
      byte[] commitment = Arrays.copyOfRange(sealed, 29, HEADER);
      if (!MessageDigest.isEqual(Arrays.copyOfRange(okm, 32, 64), commitment)) return Opened.refused("tampered");
      int end = hasTag() ? sealed.length : sealed.length - tail();
      if (!hasTag()) {
        byte[] mac = mac(okm, Arrays.copyOf(sealed, end));
        if (!MessageDigest.isEqual(mac, Arrays.copyOfRange(sealed, end, sealed.length)))
          return Opened.refused("tampered");
      }
      byte[] payload;
      try {
        byte[] header = Arrays.copyOf(sealed, HEADER);
        payload = encipher(cipher, Cipher.DECRYPT_MODE, okm, header, Arrays.copyOfRange(sealed, HEADER, end));
      } catch (AEADBadTagException wrongTag) {
        return Opened.refused("tampered");
      }
      if (!compressor.equals("none")) payload = unpack(payload);
      Map<String, Object> content = payload == null ? null : decode(payload, now);
      boolean isExpected = content != null && (purpose.equals("record") || "live".equals(content.get("kind")));
      return isExpected ? new Opened(null, content) : Opened.refused("malformed");
    }

    private byte[] unpack(byte[] packed) {
      Input input = new Input(packed);
      long length = input.number(4);
      long expanded = input.number(4);
      byte[] content = input.take(length);
      if (!input.ended() || expanded > MOST_EXPANDED) return null;
      if (expanded == 0) return content;
      byte[] payload = compressor.equals("gzip") ? gunzip(content, (int) expanded) : inflate(content, (int) expanded);
      return payload != null && payload.length == expanded ? payload : null;
    }
  }

  private static final Map<String, Integer> HASH_LENGTHS = Map.of("sha1", 20, "sha256", 32, "sha384", 48, "sha512", 64);

  /** Every key is used once, so every nonce is zero. */
  private static byte[] encipher(String name, int mode, byte[] okm, byte[] header, byte[] data)
      throws GeneralSecurityException {
    if (name.equals("none")) return data;
    if (name.equals("chacha20-poly1305")) {
      Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
      cipher.init(mode, new SecretKeySpec(okm, 0, 32, "ChaCha20"), new IvParameterSpec(new byte[12]));
      cipher.updateAAD(header);
      return cipher.doFinal(data);
    }
    String[] parts = name.split("-");
    SecretKeySpec key = new SecretKeySpec(okm, 0, Integer.parseInt(parts[1]) / 8, "AES");
    if (parts[2].equals("gcm")) {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      cipher.init(mode, key, new GCMParameterSpec(TAG * 8, new byte[12]));
      cipher.updateAAD(header);
      return cipher.doFinal(data);
    }
    Cipher cipher = Cipher.getInstance(parts[2].equals("cbc") ? "AES/CBC/PKCS5Padding" : "AES/CTR/NoPadding");
    cipher.init(mode, key, new IvParameterSpec(new byte[16]));
    return cipher.doFinal(data);
  }

  /** RFC 1951, of exactly this length, or null. */
  private static byte[] inflate(byte[] compressed, int length) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(compressed);
      byte[] whole = new byte[length + 1];
      int made = inflater.inflate(whole);
      boolean isWhole = made == length && inflater.finished() && inflater.getRemaining() == 0;
      return isWhole ? Arrays.copyOf(whole, made) : null;
    } catch (DataFormatException notDeflated) {
      return null;
    } finally {
      inflater.end();
    }
  }

  /** RFC 1952 with a header of ten bytes, and its checksum. */
  private static byte[] gunzip(byte[] compressed, int length) {
    byte[] data = inflate(Arrays.copyOfRange(compressed, 10, compressed.length - 8), length);
    if (data == null) return null;
    CRC32 checksum = new CRC32();
    checksum.update(data);
    byte[] end = Arrays.copyOfRange(compressed, compressed.length - 8, compressed.length);
    return ByteBuffer.wrap(end).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt() == (int) checksum.getValue() ? data : null;
  }

  // Payloads

  private static byte[] encode(Map<String, Object> content) {
    String kind = text(content, "kind");
    if (kind.equals("dead")) return padded(new byte[] {3}, big(number(content, "until"), 5));
    if (kind.equals("moved")) {
      byte[] successor = hex(text(content, "successor"));
      return padded(new byte[] {2}, big(number(content, "until"), 5), big(successor.length, 1), successor);
    }
    byte[] id = hex(text(content, "id"));
    byte[] bound = hex(text(content, "bound"));
    byte[] data = hex(text(content, "data"));
    int flags = (truth(content, "remember") ? 1 : 0) | (truth(content, "stale") ? 2 : 0) | (bound.length > 0 ? 4 : 0);
    return padded(
        new byte[] {1},
        big(flags, 1),
        big(number(content, "dataVersion"), 2),
        big(id.length, 1),
        id,
        big(number(content, "began"), 5),
        big(number(content, "rolled"), 5),
        big(number(content, "touched"), 5),
        bound,
        lp(utf8(text(content, "subject"))),
        big(data.length, 4),
        data);
  }

  /** The content of a payload in the order of the vectors' fields, or null when it is malformed. */
  private static Map<String, Object> decode(byte[] payload, long now) {
    Input input = new Input(payload);
    Map<String, Object> content = new LinkedHashMap<>();
    int layout = (int) input.number(1);
    try {
      boolean isValid = switch (layout) {
        case 1 -> decodeLive(input, content, now);
        case 2 -> decodeMoved(input, content);
        case 3 -> decodeDead(input, content);
        default -> false;
      };
      return isValid && input.ended() ? content : null;
    } catch (CharacterCodingException notUtf8) {
      return null;
    }
  }

  private static boolean decodeLive(Input input, Map<String, Object> content, long now)
      throws CharacterCodingException {
    long flags = input.number(1);
    long dataVersion = input.number(2);
    byte[] id = input.take(input.number(1));
    long began = input.number(5);
    long rolled = input.number(5);
    long touched = input.number(5);
    byte[] bound = input.take((flags & 4) != 0 ? 16 : 0);
    byte[] subject = input.take(input.number(2));
    byte[] data = input.take(input.number(4));
    content.put("kind", "live");
    content.put("id", hex(id));
    content.put("began", began);
    content.put("rolled", rolled);
    content.put("touched", touched);
    content.put("remember", (flags & 1) != 0);
    content.put("stale", (flags & 2) != 0);
    content.put("subject", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(subject)).toString());
    content.put("bound", hex(bound));
    content.put("dataVersion", dataVersion);
    content.put("data", hex(data));
    return flags <= 7 && isId(id) && began <= rolled && rolled <= touched && touched <= now + 60;
  }

  private static boolean decodeMoved(Input input, Map<String, Object> content) {
    content.put("kind", "moved");
    content.put("until", input.number(5));
    byte[] successor = input.take(input.number(1));
    content.put("successor", hex(successor));
    return isId(successor);
  }

  private static boolean decodeDead(Input input, Map<String, Object> content) {
    content.put("kind", "dead");
    content.put("until", input.number(5));
    return true;
  }

  private static boolean isId(byte[] id) {
    return id.length >= 16 && id.length <= 64;
  }

  /** Reads from front to back; what lies beyond the end reads as nothing, and then {@code ended} is false. */
  private static final class Input {
    private final byte[] bytes;
    private long at;

    Input(byte[] bytes) {
      this.bytes = bytes;
    }

    byte[] take(long length) {
      int from = (int) Math.min(at, bytes.length);
      at += length;
      return Arrays.copyOfRange(bytes, from, (int) Math.min(at, bytes.length));
    }

    long number(int width) {
      long value = 0;
      for (byte octet : take(width)) value = value << 8 | octet & 0xff;
      return value;
    }

    boolean ended() {
      if (at > bytes.length || bytes.length - at >= BLOCK || bytes.length % BLOCK != 0) return false;
      return IntStream.range((int) at, bytes.length).allMatch(index -> bytes[index] == 0);
    }
  }

  // Octets

  private static byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA512");
    mac.init(new SecretKeySpec(key, "HmacSHA512"));
    return mac.doFinal(message);
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (byte[] part : parts) whole.writeBytes(part);
    return whole.toByteArray();
  }

  private static byte[] padded(byte[]... parts) {
    byte[] whole = concat(parts);
    return Arrays.copyOf(whole, (whole.length + BLOCK - 1) / BLOCK * BLOCK);
  }

  private static byte[] big(long value, int width) {
    byte[] bytes = new byte[width];
    for (int at = 0; at < width; at++) bytes[at] = (byte) (value >> 8 * (width - 1 - at));
    return bytes;
  }

  private static byte[] lp(byte[] bytes) {
    return concat(big(bytes.length, 2), bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }

  private static String base64url(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Only what {@code base64url} gives, or null. */
  private static byte[] fromBase64url(String text) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      return base64url(bytes).equals(text) ? bytes : null;
    } catch (IllegalArgumentException notBase64url) {
      return null;
    }
  }

  private static byte[] secretBytes(String secret) {
    if (secret.startsWith("base64:")) return Base64.getDecoder().decode(secret.substring(7));
    if (secret.startsWith("hex:")) return hex(secret.substring(4));
    return utf8(secret);
  }

  // Checking

  private interface Body {
    void run() throws Exception;
  }

  private static void check(String title, Body body) {
    try {
      body.run();
      passed++;
    } catch (Exception | AssertionError problem) {
      failed++;
      System.out.println("failed: " + title + ": " + problem);
    }
  }

  private static void same(String what, Object expected, Object actual) {
    if (expected == null ? actual == null : expected.equals(actual)) return;
    throw new AssertionError(what + " is " + actual + ", not " + expected);
  }

  /** A file in the folder of this one. */
  private static Path beside(String name) throws Exception {
    return Path.of(Check.class.getProtectionDomain().getCodeSource().getLocation().toURI()).resolveSibling(name);
  }

  // JSON: as much of it as the vectors use. Numbers are integers.

  @SuppressWarnings("unchecked")
  private static Map<String, Object> object(Object value) {
    return (Map<String, Object>) value;
  }

  private static List<Map<String, Object>> objects(Map<String, Object> from, String name) {
    return ((List<?>) from.get(name)).stream().map(Check::object).toList();
  }

  private static String text(Map<String, Object> from, String name) {
    return (String) from.get(name);
  }

  private static long number(Map<String, Object> from, String name) {
    return (Long) from.get(name);
  }

  private static boolean truth(Map<String, Object> from, String name) {
    return (Boolean) from.get(name);
  }

  private static final class Json {
    private final String text;
    private int at;

    Json(String text) {
      this.text = text;
    }

    Object value() {
      return switch (peek()) {
        case '{' -> members();
        case '[' -> elements();
        case '"' -> string();
        default -> word();
      };
    }

    private char peek() {
      while (Character.isWhitespace(text.charAt(at))) at++;
      return text.charAt(at);
    }

    private boolean takes(char wanted) {
      if (peek() != wanted) return false;
      at++;
      return true;
    }

    private Map<String, Object> members() {
      Map<String, Object> members = new LinkedHashMap<>();
      for (takes('{'); !takes('}'); takes(',')) {
        peek();
        String name = string();
        takes(':');
        members.put(name, value());
      }
      return members;
    }

    private List<Object> elements() {
      List<Object> elements = new ArrayList<>();
      for (takes('['); !takes(']'); takes(',')) elements.add(value());
      return elements;
    }

    private String string() {
      StringBuilder string = new StringBuilder();
      for (at++; text.charAt(at) != '"'; at++) {
        if (text.charAt(at) != '\\') {
          string.append(text.charAt(at));
          continue;
        }
        char escaped = text.charAt(++at);
        int known = "\"\\/bfnrt".indexOf(escaped);
        if (known >= 0) {
          string.append("\"\\/\b\f\n\r\t".charAt(known));
        } else {
          string.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
          at += 4;
        }
      }
      at++;
      return string.toString();
    }

    private Object word() {
      int from = at;
      while (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-') at++;
      String word = text.substring(from, at);
      if (word.equals("true") || word.equals("false")) return Boolean.valueOf(word);
      return Long.valueOf(word);
    }
  }
}
