import java.nio.file.Files;
import java.nio.file.Path;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.test.Scenario;
import org.javarosa.xform.util.XFormAnswerDataSerializer;

/** JavaRosa, the engine of ODK Collect: for each XForm of a list, what it would send for /data/out, or an exclamation mark. */
public class Oracle {
    public static void main(String[] arguments) throws Exception {
        for (String name : Files.readAllLines(Path.of(arguments[0]))) {
            String shown;
            try {
                IAnswerData value = Scenario.init(Path.of(name).toFile()).answerOf("/data/out");
                shown = value == null ? "" : String.valueOf(new XFormAnswerDataSerializer().serializeAnswerData(value));
            } catch (Throwable error) {
                shown = "!";
            }
            System.out.println("=" + shown);
        }
    }
}
