import jakarta.servlet.MultipartConfigElement;
import jakarta.servlet.http.*;
import java.io.*;
import java.nio.file.Files;
import java.security.*;
import java.util.*;
import org.apache.catalina.*;
import org.apache.catalina.startup.Tomcat;

/** Answers a JSON list of the files that Tomcat saw: `Receiver PORT`. */
public class Receiver extends HttpServlet {
  static String quoted(String text) {
    if (text == null) return "null";
    StringBuilder out = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      out.append(c < 32 || c > 126 || c == '"' || c == '\\' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return out.append('"').toString();
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
    response.setContentType("application/json");
    try {
      request.setCharacterEncoding("UTF-8");
      List<String> rows = new ArrayList<>();
      for (Part part : request.getParts()) {
        if (part.getSubmittedFileName() == null) continue;
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream content = new DigestInputStream(part.getInputStream(), digest)) {
          content.transferTo(OutputStream.nullOutputStream());
        }
        rows.add(String.format("{\"name\": %s, \"filename\": %s, \"type\": %s, \"size\": %d, \"sha256\": \"%s\"}", quoted(part.getName()),
          quoted(part.getSubmittedFileName()), quoted(part.getContentType()), part.getSize(), HexFormat.of().formatHex(digest.digest())));
        part.delete();
      }
      response.getWriter().print("[" + String.join(", ", rows) + "]");
    } catch (Exception error) {
      response.setStatus(400);
      response.getWriter().print(quoted(error.toString()));
    }
  }

  public static void main(String[] arguments) throws Exception {
    File folder = Files.createTempDirectory(new File(".").toPath(), "tomcat").toFile();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.getPath());
    tomcat.setPort(Integer.parseInt(arguments[0]));
    tomcat.getConnector().setProperty("address", "127.0.0.1");
    tomcat.getConnector().setMaxPostSize(-1);
    Context context = tomcat.addContext("", folder.getAbsolutePath());
    Wrapper servlet = Tomcat.addServlet(context, "receiver", new Receiver());
    servlet.setMultipartConfigElement(new MultipartConfigElement(folder.getAbsolutePath()));
    context.addServletMappingDecoded("/*", "receiver");
    tomcat.start();
    tomcat.getServer().await();
  }
}
