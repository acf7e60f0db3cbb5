import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Collectors;
import org.javarosa.core.model.Constants;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.condition.EvaluationContext;
import org.javarosa.core.model.condition.IFunctionHandler;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.StringData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.FormInstance;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.core.reference.PrefixedRootFactory;
import org.javarosa.core.reference.Reference;
import org.javarosa.core.reference.ReferenceManager;
import org.javarosa.core.services.IPropertyManager;
import org.javarosa.core.services.PropertyManager;
import org.javarosa.core.services.properties.IPropertyRules;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryPrompt;
import org.javarosa.model.xform.XFormSerializingVisitor;
import org.javarosa.test.Scenario;
import org.javarosa.xform.util.XFormAnswerDataSerializer;
import org.javarosa.xpath.expr.XPathFuncExpr;

/** JavaRosa, the engine of ODK Collect, filling forms by a script: one command a line, parted by tabs, one line of answer each. */
public class Oracle {
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final Scenario scenario;
    private final FormEntryController controller;
    private final FormInstance instance;
    private int entries;

    private Oracle(File form) throws Exception {
        ReferenceManager.instance().reset();
        ReferenceManager.instance().addReferenceFactory(new Folder(form.getParentFile()));
        FormDef parsed = Scenario.createFormDef(form);
        parsed.getEvaluationContext().addFunctionHandler(new PullData(form.getParentFile()));
        scenario = Scenario.init(parsed);
        controller = scenario.getFormEntryController();
        instance = scenario.getFormDef().getMainInstance();
        tidy();
    }

    public static void main(String[] arguments) throws Exception {
        PropertyManager.setPropertyManager(new Properties());
        Oracle oracle = null;
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            String[] words = line.split("\t", -1);
            String answer;
            try {
                if (words[0].equals("form")) {
                    oracle = null;
                    oracle = new Oracle(new File(words[1]));
                    answer = "ok";
                } else {
                    answer = oracle == null ? "!" : oracle.obey(words);
                }
            } catch (Throwable error) {
                answer = "!";
                if (System.getenv("ORACLE_TRACE") != null) error.printStackTrace();
            }
            OUT.println("=" + answer.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r"));
        }
    }

    private String obey(String[] words) throws Exception {
        switch (words[0]) {
            case "value": return value(scenario.answerOf(words[1]));
            case "answer": return answer(words[1], words[2], true);
            case "save": return answer(words[1], words[2], false);
            case "add": return add(words[1]);
            case "remove": return remove(words[1]);
            case "reopen": entries = -1; tidy(); return "ok";
            case "questions": return questions();
            case "xml": return xml();
            case "finish": controller.finalizeFormEntry(); return xml();
            default: throw new IllegalArgumentException(words[0]);
        }
    }

    /** Goes through all that is asked, as a person would who swipes from the first page to the last. */
    private FormIndex walk(BiPredicate<Integer, FormIndex> here) {
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event;
        while ((event = controller.stepToNextEvent()) != FormEntryController.EVENT_END_OF_FORM) {
            FormIndex index = controller.getModel().getFormIndex();
            if (event == FormEntryController.EVENT_QUESTION) settle(index);
            if (here.test(event, index)) return index;
        }
        return null;
    }

    /** A choice that is no longer offered is taken back, and what rests on it is worked out again. */
    private void settle(FormIndex index) {
        String before = value(instance.resolveReference(index.getReference()).getValue());
        IAnswerData left = controller.getModel().getQuestionPrompt(index).getAnswerValue();
        if (!before.equals(value(left))) scenario.getFormDef().setValue(left, index.getReference(), true);
    }

    private String answer(String wanted, String text, boolean checked) {
        FormIndex index = walk((event, at) -> event == FormEntryController.EVENT_QUESTION && name(at).equals(wanted));
        if (index == null) return "absent";
        FormEntryPrompt prompt = controller.getModel().getQuestionPrompt(index);
        if (prompt.isReadOnly()) return "absent";
        IAnswerData data;
        try {
            data = data(prompt, text);
        } catch (RuntimeException error) {
            return "refused";
        }
        int code = FormEntryController.ANSWER_OK;
        if (checked) code = controller.answerQuestion(index, data, true);
        else controller.saveAnswer(index, data, true);
        tidy();
        return code == FormEntryController.ANSWER_OK ? "ok" : code == FormEntryController.ANSWER_REQUIRED_BUT_EMPTY ? "required" : "constraint";
    }

    private IAnswerData data(FormEntryPrompt prompt, String text) {
        if (text.isEmpty()) return null;
        if (prompt.getControlType() == Constants.CONTROL_TRIGGER) return new StringData("OK");
        boolean choice = prompt.getControlType() == Constants.CONTROL_SELECT_ONE || prompt.getControlType() == Constants.CONTROL_SELECT_MULTI;
        if (choice) {
            Set<String> offered = prompt.getSelectChoices().stream().map(each -> each.getValue()).collect(Collectors.toSet());
            if (!offered.containsAll(List.of(text.split(" ")))) throw new IllegalArgumentException(text);
        }
        IAnswerData template = AnswerDataFactory.template(prompt.getControlType(), prompt.getDataType());
        return template instanceof UncastData ? new StringData(text) : template.cast(new UncastData(text));
    }

    private String add(String repeat) {
        FormIndex index = walk((event, at) -> event == FormEntryController.EVENT_PROMPT_NEW_REPEAT && name(at).replaceAll("\\[\\d+\\]$", "").equals(repeat));
        if (index == null) return "absent";
        controller.newRepeat(index);
        tidy();
        return "ok";
    }

    private String remove(String entry) {
        FormIndex index = walk((event, at) -> event == FormEntryController.EVENT_REPEAT && name(at).equals(entry));
        if (index == null) return "absent";
        controller.deleteRepeat(index);
        tidy();
        return "ok";
    }

    /**
     * Goes through the form as the person would; where entries came or went, all is worked out anew, as when the record is opened again.
     * For then JavaRosa forgets what rests on questions in a group inside the entry: a sum would tell of an entry that is gone.
     */
    private void tidy() {
        int found = entries();
        if (found == entries) return;
        entries = found;
        scenario.getFormDef().initialize(false, new InstanceInitializationFactory());
        entries();
    }

    private int entries() {
        int[] found = {0};
        walk((event, index) -> {
            if (event == FormEntryController.EVENT_REPEAT) found[0]++;
            return false;
        });
        return found[0];
    }

    /** Every question that is asked: its place, whether it must be answered, may not be, breaks its rule; its text; what there is to choose. */
    private String questions() {
        List<String> found = new ArrayList<>();
        walk((event, index) -> {
            if (event == FormEntryController.EVENT_QUESTION) {
                FormEntryPrompt prompt = controller.getModel().getQuestionPrompt(index);
                TreeElement element = instance.resolveReference(index.getReference());
                boolean kept = scenario.getFormDef().evaluateConstraint(index.getReference(), element.getValue());
                String choices = prompt.getSelectChoices() == null ? "" : prompt.getSelectChoices().stream()
                    .map(each -> each.getValue() + "=" + prompt.getSelectChoiceText(each)).collect(Collectors.joining(","));
                found.add(String.join("|", name(index), (element.isRequired() ? "required " : "") + (prompt.isReadOnly() ? "fixed " : "") + (kept ? "" : "broken"),
                    String.valueOf(prompt.getLongText()), choices));
            }
            return false;
        });
        return String.join("\n", found);
    }

    private String xml() throws Exception {
        return new String(new XFormSerializingVisitor().serializeInstance(instance), StandardCharsets.UTF_8);
    }

    private String name(FormIndex index) {
        TreeReference reference = index.getReference();
        StringBuilder name = new StringBuilder();
        for (int n = 0; n < reference.size(); n++) {
            name.append('/').append(reference.getName(n));
            if (instance.getTemplate(reference.getSubReference(n)) != null) name.append('[').append(reference.getMultiplicity(n) + 1).append(']');
        }
        return name.toString();
    }

    private static String value(IAnswerData data) {
        return data == null ? "" : String.valueOf(new XFormAnswerDataSerializer().serializeAnswerData(data));
    }

    /** The CSV files lie beside the form. */
    private static class Folder extends PrefixedRootFactory {
        private final File folder;

        Folder(File folder) {
            super(new String[] {"file-csv/"});
            this.folder = folder;
        }

        @Override
        protected Reference factory(String terminal, String uri) {
            return new Beside(new File(folder, terminal).getPath());
        }
    }

    private static class Beside implements Reference {
        private final String path;

        Beside(String path) {
            this.path = path;
        }

        @Override public boolean doesBinaryExist() { return new File(path).exists(); }
        @Override public InputStream getStream() throws java.io.IOException { return Files.newInputStream(Path.of(path)); }
        @Override public String getURI() { return path; }
        @Override public String getLocalURI() { return path; }
        @Override public boolean isReadOnly() { return true; }
        @Override public OutputStream getOutputStream() { throw new UnsupportedOperationException(); }
        @Override public void remove() { throw new UnsupportedOperationException(); }
        @Override public Reference[] probeAlternativeReferences() { return new Reference[0]; }
    }

    /** Collect adds this function to JavaRosa: the first row whose key is equal, or nothing. Files of tests have no quotes. */
    private static class PullData implements IFunctionHandler {
        private final File folder;

        PullData(File folder) {
            this.folder = folder;
        }

        @Override public String getName() { return "pulldata"; }
        @Override public List<Class[]> getPrototypes() { return new ArrayList<>(); }
        @Override public boolean rawArgs() { return true; }
        @Override public boolean realTime() { return false; }

        @Override
        public Object eval(Object[] arguments, EvaluationContext context) {
            String file = XPathFuncExpr.toString(arguments[0]).replaceAll("\\.csv$", "");
            try {
                List<String> lines = Files.readAllLines(Path.of(folder.getPath(), file + ".csv"));
                List<String> columns = List.of(lines.get(0).split(","));
                int column = columns.indexOf(XPathFuncExpr.toString(arguments[1])), key = columns.indexOf(XPathFuncExpr.toString(arguments[2]));
                for (String line : lines.subList(1, lines.size())) {
                    String[] cells = line.split(",", -1);
                    if (cells[key].equals(XPathFuncExpr.toString(arguments[3]))) return cells[column];
                }
                return "";
            } catch (java.io.IOException error) {
                throw new RuntimeException(error);
            }
        }
    }

    private static class Properties implements IPropertyManager {
        @Override public List<String> getProperty(String name) { return List.of(getSingularProperty(name)); }
        @Override public void setProperty(String name, String value) { }
        @Override public void setProperty(String name, List<String> value) { }
        @Override public String getSingularProperty(String name) { return "the " + name; }
        @Override public void addRules(IPropertyRules rules) { }
        @Override public List<IPropertyRules> getRules() { return new ArrayList<>(); }
    }
}
