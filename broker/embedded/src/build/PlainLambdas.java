import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.NestHostAttribute;
import java.lang.classfile.attribute.NestMembersAttribute;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.SwitchCase;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes ordinary classes of the lambdas of a jar. Part of the build, run from its source.
 *
 * <p>For each lambda a JVM makes a class when it comes by, by means that are themselves hundreds of
 * classes: a third of the start of a server that is embedded, where no AOT cache has them. Here all
 * those of a class are one class: a number tells them apart, and what they capture is in its
 * fields. Where messages pass, each lambda has a class of its own, which can be inlined.
 *
 * <p>Classes are stored as they are, so that none has to be inflated at the start.
 */
final class PlainLambdas {
    private static final String ROOT = "io/millrace/";
    private static final String SERVER = ROOT + "broker/";
    private static final List<String> CONCERNED = List.of(SERVER, ROOT + "protocol/");

    /** What messages pass. */
    private static final List<String> ROOMS_OF_MESSAGES =
            List.of(
                    "connection/",
                    "delivery/",
                    "jetstream/",
                    "ledger/",
                    "ring/",
                    "routing/",
                    "service/",
                    "store/",
                    "transport/");

    private static final String CLASS = ".class";
    private static final String NUMBER = "number";
    private static final ClassDesc METAFACTORY = ClassDesc.of("java.lang.invoke.LambdaMetafactory");
    private static final List<String> PLAIN_PARENTS =
            List.of("java/lang/Object", "java/lang/Record", "java/lang/Enum");

    private static final Map<ClassDesc, ClassDesc> BOXES =
            Map.of(
                    ConstantDescs.CD_boolean, ConstantDescs.CD_Boolean,
                    ConstantDescs.CD_int, ConstantDescs.CD_Integer,
                    ConstantDescs.CD_long, ConstantDescs.CD_Long,
                    ConstantDescs.CD_double, ConstantDescs.CD_Double);

    /** A lambda, as its call site describes it: captured values go in, and the lambda comes out. */
    private record Site(
            String name,
            MethodTypeDesc factory,
            MethodTypeDesc erased,
            DirectMethodHandleDesc body,
            MethodTypeDesc said) {
        ClassDesc type() {
            return factory.returnType();
        }

        boolean isConstant() {
            return factory.parameterCount() == 0;
        }
    }

    /** A class of lambdas. */
    private record Plain(ClassDesc self, List<Site> sites) {
        boolean isShared() {
            return sites.size() > 1;
        }

        /** Of what type a captured value is kept: those of several lambdas share their fields. */
        ClassDesc kept(ClassDesc captured) {
            return isShared() && !captured.isPrimitive() ? ConstantDescs.CD_Object : captured;
        }

        /** What its constructor is given: which lambda it is, if there are several, and values. */
        MethodTypeDesc made(Site site) {
            List<ClassDesc> given = new ArrayList<>();
            if (isShared()) {
                given.add(ConstantDescs.CD_int);
            }
            site.factory.parameterList().forEach(each -> given.add(kept(each)));
            return MethodTypeDesc.of(ConstantDescs.CD_void, given);
        }

        /** The names of the fields for what a lambda captures, in order. */
        List<String> fields(Site site) {
            Map<String, Integer> taken = new TreeMap<>();
            List<String> names = new ArrayList<>();
            for (ClassDesc each : site.factory.parameterList()) {
                String kind = each.isPrimitive() ? each.descriptorString() : "L";
                names.add(kind + taken.merge(kind, 1, Integer::sum));
            }
            return names;
        }
    }

    private final Map<String, byte[]> entries = new LinkedHashMap<>();
    private final Map<String, ClassModel> models = new TreeMap<>();
    private final ClassFile classFile;
    private int made;

    private PlainLambdas(Path jar, URLClassLoader loader) throws IOException {
        classFile =
                ClassFile.of(
                        ClassFile.ClassHierarchyResolverOption.of(
                                ClassHierarchyResolver.ofResourceParsing(loader)
                                        .orElse(ClassHierarchyResolver.defaultResolver())));
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                byte[] content = file.getInputStream(entry).readAllBytes();
                entries.put(entry.getName(), content);
                if (entry.getName().startsWith(ROOT) && entry.getName().endsWith(CLASS)) {
                    models.put(name(entry.getName()), classFile.parse(content));
                }
            }
        }
    }

    /**
     * Does it, in place.
     *
     * @param args the jar
     */
    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            PlainLambdas all = new PlainLambdas(jar, loader);
            all.makePlain();
            if (all.made == 0) {
                throw new IllegalStateException("there is no lambda in " + jar);
            }
            all.write(jar);
        }
    }

    private static String name(String entry) {
        return entry.substring(0, entry.length() - CLASS.length());
    }

    private void makePlain() {
        Map<String, List<ClassDesc>> members = new TreeMap<>();
        Map<String, byte[]> changed = new TreeMap<>();
        for (ClassModel host : models.values()) {
            String name = host.thisClass().asInternalName();
            List<Site> sites = isConcerned(name) ? sites(host) : List.of();
            if (!sites.isEmpty()) {
                String nest = nestHost(host);
                List<Plain> all = plains(name, sites);
                for (Plain plain : all) {
                    changed.put(
                            internal(plain.self), written(plain, ClassDesc.ofInternalName(nest)));
                    members.computeIfAbsent(nest, _ -> new ArrayList<>()).add(plain.self);
                }
                changed.put(name, withoutLambdas(host, all));
                made += sites.size();
            }
        }
        members.forEach(
                (nest, more) -> {
                    byte[] before = changed.get(nest);
                    ClassModel host = before == null ? models.get(nest) : classFile.parse(before);
                    changed.put(nest, withMembers(host, more));
                });
        changed.forEach((name, content) -> entries.put(name + CLASS, content));
    }

    private static boolean isConcerned(String name) {
        return CONCERNED.stream().anyMatch(name::startsWith);
    }

    /** The classes of the lambdas of a class: one, or one of each where messages pass. */
    private static List<Plain> plains(String host, List<Site> sites) {
        if (ROOMS_OF_MESSAGES.stream().noneMatch(room -> host.startsWith(SERVER + room))) {
            return List.of(new Plain(ClassDesc.ofInternalName(host + "$$Plain"), sites));
        }
        List<Plain> each = new ArrayList<>();
        for (int i = 0; i < sites.size(); i++) {
            ClassDesc self = ClassDesc.ofInternalName(host + "$$Plain" + i);
            each.add(new Plain(self, List.of(sites.get(i))));
        }
        return each;
    }

    private static String nestHost(ClassModel model) {
        return model.findAttribute(Attributes.nestHost())
                .map(host -> host.nestHost().asInternalName())
                .orElse(model.thisClass().asInternalName());
    }

    private List<Site> sites(ClassModel host) {
        List<Site> sites = new ArrayList<>();
        for (MethodModel method : host.methods()) {
            for (CodeElement element :
                    method.code().map(CodeModel::elementList).orElse(List.of())) {
                site(host, element).filter(site -> !sites.contains(site)).ifPresent(sites::add);
            }
        }
        return sites;
    }

    /** The lambda of an instruction, if it is one that can be made plain. */
    private Optional<Site> site(ClassModel host, CodeElement element) {
        if (!(element instanceof InvokeDynamicInstruction call)
                || !call.bootstrapMethod().owner().equals(METAFACTORY)
                || !call.bootstrapMethod().methodName().equals("metafactory")) {
            return Optional.empty();
        }
        List<ConstantDesc> said = call.bootstrapArgs();
        Site site =
                new Site(
                        call.name().stringValue(),
                        call.typeSymbol(),
                        (MethodTypeDesc) said.get(0),
                        (DirectMethodHandleDesc) said.get(1),
                        (MethodTypeDesc) said.get(2));
        return isReachable(host, site.body) && isSimple(site)
                ? Optional.of(site)
                : Optional.empty();
    }

    /** Whether a class beside the host can call it, in the same nest. */
    private boolean isReachable(ClassModel host, DirectMethodHandleDesc body) {
        String owner = internal(body.owner());
        String self = host.thisClass().asInternalName();
        if (owner.equals(self)) {
            return true;
        }
        boolean hasPlainParent =
                host.superclass()
                        .map(ClassEntry::asInternalName)
                        .filter(PLAIN_PARENTS::contains)
                        .isPresent();
        ClassModel other = models.get(owner);
        if (other == null) {
            return hasPlainParent && owner.startsWith("java/");
        }
        if (nestHost(other).equals(nestHost(host))) {
            return true;
        }
        return other.methods().stream()
                .filter(method -> method.methodName().equalsString(body.methodName()))
                .filter(method -> method.methodTypeSymbol().equals(typeOf(body)))
                .anyMatch(
                        method ->
                                method.flags().has(AccessFlag.PUBLIC)
                                                && other.flags().has(AccessFlag.PUBLIC)
                                        || hasPlainParent
                                                && packageOf(owner).equals(packageOf(self))
                                                && !method.flags().has(AccessFlag.PRIVATE));
    }

    private static String internal(ClassDesc type) {
        String text = type.descriptorString();
        return text.startsWith("L") ? text.substring(1, text.length() - 1) : text;
    }

    private static String packageOf(String name) {
        return name.substring(0, name.lastIndexOf('/'));
    }

    /** The descriptor of the method itself. */
    private static MethodTypeDesc typeOf(DirectMethodHandleDesc body) {
        return MethodTypeDesc.ofDescriptor(body.lookupDescriptor());
    }

    /** What the method takes, the object it is called on included, and what comes of it. */
    private static MethodTypeDesc taken(DirectMethodHandleDesc body) {
        return body.invocationType();
    }

    /** Whether values only have to be cast, or put into their boxes and taken out. */
    private static boolean isSimple(Site site) {
        MethodTypeDesc taken = taken(site.body);
        int captured = site.factory.parameterCount();
        if (taken.parameterCount() != captured + site.erased.parameterCount()) {
            return false;
        }
        for (int i = 0; i < captured; i++) {
            if (site.factory.parameterType(i).isPrimitive()
                    && !site.factory.parameterType(i).equals(taken.parameterType(i))) {
                return false;
            }
        }
        for (int i = captured; i < taken.parameterCount(); i++) {
            if (!converts(site.erased.parameterType(i - captured), taken.parameterType(i))) {
                return false;
            }
        }
        ClassDesc to = site.erased.returnType();
        return to.equals(ConstantDescs.CD_void) || converts(taken.returnType(), to);
    }

    private static boolean converts(ClassDesc from, ClassDesc to) {
        if (from.isPrimitive() && to.isPrimitive()) {
            return from.equals(to);
        }
        return (!from.isPrimitive() || BOXES.containsKey(from))
                && (!to.isPrimitive() || BOXES.containsKey(to));
    }

    private static void convert(CodeBuilder code, ClassDesc from, ClassDesc to) {
        if (from.isPrimitive() && !to.isPrimitive()) {
            ClassDesc box = BOXES.get(from);
            code.invokestatic(box, "valueOf", MethodTypeDesc.of(box, from));
        } else if (!from.isPrimitive() && to.isPrimitive()) {
            ClassDesc box = BOXES.get(to);
            code.checkcast(box)
                    .invokevirtual(box, to.displayName() + "Value", MethodTypeDesc.of(to));
        } else if (!from.equals(to) && !to.equals(ConstantDescs.CD_Object)) {
            code.checkcast(to);
        }
    }

    private static String constant(int number) {
        return "CONSTANT_" + number;
    }

    private static String maker(int number) {
        return "make" + number;
    }

    private byte[] written(Plain plain, ClassDesc nest) {
        Map<String, List<Integer>> byMethod = new LinkedHashMap<>();
        for (int i = 0; i < plain.sites.size(); i++) {
            Site site = plain.sites.get(i);
            byMethod.computeIfAbsent(
                            site.name + site.erased.descriptorString(), _ -> new ArrayList<>())
                    .add(i);
        }
        return classFile.build(
                plain.self,
                to -> {
                    to.withVersion(ClassFile.JAVA_25_VERSION, 0)
                            .withFlags(AccessFlag.FINAL, AccessFlag.SYNTHETIC)
                            .withInterfaceSymbols(
                                    plain.sites.stream().map(Site::type).distinct().toList())
                            .with(NestHostAttribute.of(nest));
                    fields(to, plain);
                    constructors(to, plain);
                    constants(to, plain);
                    makers(to, plain);
                    byMethod.values().forEach(numbers -> method(to, plain, numbers));
                });
    }

    private static void fields(ClassBuilder to, Plain plain) {
        Map<String, ClassDesc> all = new TreeMap<>();
        if (plain.isShared()) {
            all.put(NUMBER, ConstantDescs.CD_int);
        }
        for (Site site : plain.sites) {
            List<String> names = plain.fields(site);
            for (int i = 0; i < names.size(); i++) {
                all.put(names.get(i), plain.kept(site.factory.parameterType(i)));
            }
        }
        all.forEach(
                (name, type) ->
                        to.withField(name, type, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL));
    }

    private static void constructors(ClassBuilder to, Plain plain) {
        Map<MethodTypeDesc, Site> examples = new LinkedHashMap<>();
        plain.sites.forEach(site -> examples.putIfAbsent(plain.made(site), site));
        examples.forEach(
                (made, site) -> {
                    List<String> names = new ArrayList<>(plain.fields(site));
                    if (plain.isShared()) {
                        names.addFirst(NUMBER);
                    }
                    to.withMethodBody(
                            ConstantDescs.INIT_NAME,
                            made,
                            ClassFile.ACC_PRIVATE,
                            code -> {
                                code.aload(0)
                                        .invokespecial(
                                                ConstantDescs.CD_Object,
                                                ConstantDescs.INIT_NAME,
                                                ConstantDescs.MTD_void);
                                for (int i = 0; i < names.size(); i++) {
                                    ClassDesc type = made.parameterType(i);
                                    code.aload(0)
                                            .loadLocal(TypeKind.from(type), code.parameterSlot(i))
                                            .putfield(plain.self, names.get(i), type);
                                }
                                code.return_();
                            });
                });
    }

    /** Those lambdas that capture nothing are made once. */
    private static void constants(ClassBuilder to, Plain plain) {
        List<Site> sites = plain.sites;
        if (sites.stream().noneMatch(Site::isConstant)) {
            return;
        }
        for (int i = 0; i < sites.size(); i++) {
            if (sites.get(i).isConstant()) {
                to.withField(
                        constant(i),
                        sites.get(i).type(),
                        ClassFile.ACC_STATIC | ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC);
            }
        }
        to.withMethodBody(
                ConstantDescs.CLASS_INIT_NAME,
                ConstantDescs.MTD_void,
                ClassFile.ACC_STATIC,
                code -> {
                    for (int i = 0; i < sites.size(); i++) {
                        if (sites.get(i).isConstant()) {
                            make(code, plain, i);
                            code.putstatic(plain.self, constant(i), sites.get(i).type());
                        }
                    }
                    code.return_();
                });
    }

    /** The others are made by a call, which is given what they capture. */
    private static void makers(ClassBuilder to, Plain plain) {
        for (int i = 0; i < plain.sites.size(); i++) {
            int number = i;
            Site site = plain.sites.get(i);
            if (!site.isConstant()) {
                to.withMethodBody(
                        maker(i),
                        site.factory,
                        ClassFile.ACC_STATIC | ClassFile.ACC_SYNTHETIC,
                        code -> {
                            make(code, plain, number);
                            code.areturn();
                        });
            }
        }
    }

    private static void make(CodeBuilder code, Plain plain, int number) {
        Site site = plain.sites.get(number);
        code.new_(plain.self).dup();
        if (plain.isShared()) {
            code.loadConstant(number);
        }
        for (int i = 0; i < site.factory.parameterCount(); i++) {
            code.loadLocal(TypeKind.from(site.factory.parameterType(i)), code.parameterSlot(i));
        }
        code.invokespecial(plain.self, ConstantDescs.INIT_NAME, plain.made(site));
    }

    private static void method(ClassBuilder to, Plain plain, List<Integer> numbers) {
        Site first = plain.sites.get(numbers.getFirst());
        to.withMethodBody(
                first.name,
                first.erased,
                ClassFile.ACC_PUBLIC,
                code -> {
                    if (numbers.size() == 1) {
                        body(code, plain, first);
                        return;
                    }
                    List<SwitchCase> cases = new ArrayList<>();
                    numbers.forEach(each -> cases.add(SwitchCase.of(each, code.newLabel())));
                    Label none = code.newLabel();
                    code.aload(0)
                            .getfield(plain.self, NUMBER, ConstantDescs.CD_int)
                            .lookupswitch(none, cases);
                    for (SwitchCase each : cases) {
                        code.labelBinding(each.target());
                        body(code, plain, plain.sites.get(each.caseValue()));
                    }
                    code.labelBinding(none).aconst_null().athrow();
                });
    }

    private static void body(CodeBuilder code, Plain plain, Site site) {
        DirectMethodHandleDesc body = site.body;
        MethodTypeDesc taken = taken(body);
        if (body.kind() == DirectMethodHandleDesc.Kind.CONSTRUCTOR) {
            code.new_(body.owner()).dup();
        }
        List<String> captured = plain.fields(site);
        for (int i = 0; i < captured.size(); i++) {
            ClassDesc kept = plain.kept(site.factory.parameterType(i));
            code.aload(0).getfield(plain.self, captured.get(i), kept);
            convert(code, kept, taken.parameterType(i));
        }
        for (int i = captured.size(); i < taken.parameterCount(); i++) {
            ClassDesc given = site.erased.parameterType(i - captured.size());
            code.loadLocal(TypeKind.from(given), code.parameterSlot(i - captured.size()));
            convert(code, given, taken.parameterType(i));
        }
        call(code, body);
        ClassDesc wanted = site.erased.returnType();
        ClassDesc got = taken.returnType();
        if (!wanted.equals(ConstantDescs.CD_void)) {
            convert(code, got, wanted);
            code.return_(TypeKind.from(wanted));
        } else {
            switch (TypeKind.from(got).slotSize()) {
                case 1 -> code.pop();
                case 2 -> code.pop2();
                default -> {}
            }
            code.return_();
        }
    }

    private static void call(CodeBuilder code, DirectMethodHandleDesc body) {
        MethodTypeDesc type = typeOf(body);
        switch (body.kind()) {
            case STATIC, INTERFACE_STATIC ->
                    code.invokestatic(
                            body.owner(), body.methodName(), type, body.isOwnerInterface());
            case CONSTRUCTOR -> code.invokespecial(body.owner(), ConstantDescs.INIT_NAME, type);
            case INTERFACE_VIRTUAL, INTERFACE_SPECIAL ->
                    code.invokeinterface(body.owner(), body.methodName(), type);
            default -> code.invokevirtual(body.owner(), body.methodName(), type);
        }
    }

    private byte[] withoutLambdas(ClassModel host, List<Plain> all) {
        return classFile.transformClass(
                host,
                ClassTransform.transformingMethodBodies(
                        (to, element) ->
                                site(host, element)
                                        .ifPresentOrElse(
                                                site -> replace(to, all, site),
                                                () -> to.with(element))));
    }

    private static void replace(CodeBuilder code, List<Plain> all, Site site) {
        for (Plain plain : all) {
            int number = plain.sites.indexOf(site);
            if (number >= 0 && site.isConstant()) {
                code.getstatic(plain.self, constant(number), site.type());
            } else if (number >= 0) {
                code.invokestatic(plain.self, maker(number), site.factory);
            }
        }
    }

    private byte[] withMembers(ClassModel host, List<ClassDesc> more) {
        List<ClassDesc> all = new ArrayList<>();
        host.findAttribute(Attributes.nestMembers())
                .ifPresent(
                        members ->
                                members.nestMembers()
                                        .forEach(member -> all.add(member.asSymbol())));
        all.addAll(more);
        return classFile.transformClass(
                host,
                ClassTransform.dropping(NestMembersAttribute.class::isInstance)
                        .andThen(
                                ClassTransform.endHandler(
                                        to -> to.with(NestMembersAttribute.ofSymbols(all)))));
    }

    private void write(Path jar) throws IOException {
        long time;
        try (JarFile file = new JarFile(jar.toFile())) {
            time = file.getEntry(JarFile.MANIFEST_NAME).getTime();
        }
        Path whole = jar.resolveSibling(jar.getFileName() + ".plain");
        try (OutputStream out = Files.newOutputStream(whole);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, JarFile.MANIFEST_NAME, entries.remove(JarFile.MANIFEST_NAME), time);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(zip, entry.getKey(), entry.getValue(), time);
            }
        }
        Files.move(whole, jar, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void put(ZipOutputStream zip, String name, byte[] content, long time)
            throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(time);
        if (name.endsWith(CLASS) || name.endsWith("/")) {
            CRC32 crc = new CRC32();
            crc.update(content);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
