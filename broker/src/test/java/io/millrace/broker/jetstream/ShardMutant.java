package io.millrace.broker.jetstream;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A bug that is planted in a class by changing its bytes: one instruction, in one method.
 *
 * @param name what is wrong with it, in words
 * @param owner the class, without the package of the broker
 * @param method where, or the beginning of the name; of a lambda, too
 */
record ShardMutant(String name, String owner, String method, ShardMutant.Change change) {
    static final String PACKAGE = "io.millrace.broker.";

    String className() {
        return PACKAGE + owner;
    }

    /** What the class becomes. */
    byte[] plant(byte[] original) {
        ClassFile format = ClassFile.of();
        AtomicInteger planted = new AtomicInteger();
        CodeTransform plants =
                (code, element) -> {
                    if (change.isPlace(element)) {
                        change.plant(code, element);
                        planted.incrementAndGet();
                    } else {
                        code.with(element);
                    }
                };
        ClassTransform transform =
                ClassTransform.transformingMethodBodies(
                        its -> its.methodName().stringValue().startsWith(method), plants);
        byte[] changed = format.transformClass(format.parse(original), transform);
        if (planted.get() == 0) {
            throw new IllegalStateException("there is no place for: " + name);
        }
        return changed;
    }

    /** Another instruction instead of one. */
    interface Change {
        boolean isPlace(CodeElement element);

        void plant(CodeBuilder code, CodeElement element);
    }

    private record Instead(Predicate<CodeElement> place, BiConsumer<CodeBuilder, CodeElement> code)
            implements Change {
        @Override
        public boolean isPlace(CodeElement element) {
            return place.test(element);
        }

        @Override
        public void plant(CodeBuilder builder, CodeElement element) {
            code.accept(builder, element);
        }
    }

    /** A call isn't made; where it has a result, it is this number. */
    static Change dropping(String call, int result) {
        return new Instead(
                element -> isCall(element, call),
                (code, element) -> {
                    InvokeInstruction its = (InvokeInstruction) element;
                    MethodTypeDesc type = its.typeSymbol();
                    for (int i = type.parameterCount() - 1; i >= 0; i--) {
                        pop(code, type.parameterType(i));
                    }
                    if (its.opcode() != Opcode.INVOKESTATIC) {
                        code.pop();
                    }
                    push(code, type.returnType(), result);
                });
    }

    /** Another method of the same class is called instead. */
    static Change calling(String instead, String call) {
        return new Instead(
                element -> isCall(element, call),
                (code, element) -> {
                    InvokeInstruction its = (InvokeInstruction) element;
                    code.invoke(
                            its.opcode(),
                            its.owner().asSymbol(),
                            instead,
                            its.typeSymbol(),
                            its.isInterface());
                });
    }

    /** A field isn't read; it is this number. */
    static Change reading(int number, String field) {
        return new Instead(
                element -> isRead(element, field),
                (code, element) -> {
                    code.pop();
                    push(code, ((FieldInstruction) element).typeSymbol(), number);
                });
    }

    /** Another field of the same class and type is read instead. */
    static Change readingField(String instead, String field) {
        return new Instead(
                element -> isRead(element, field),
                (code, element) -> {
                    FieldInstruction its = (FieldInstruction) element;
                    code.getfield(its.owner().asSymbol(), instead, its.typeSymbol());
                });
    }

    private static boolean isCall(CodeElement element, String name) {
        return element instanceof InvokeInstruction its && its.name().equalsString(name);
    }

    private static boolean isRead(CodeElement element, String field) {
        return element instanceof FieldInstruction its
                && its.opcode() == Opcode.GETFIELD
                && its.name().equalsString(field);
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    private static void push(CodeBuilder code, ClassDesc type, int number) {
        switch (TypeKind.from(type)) {
            case VOID -> {}
            case LONG -> code.loadConstant((long) number);
            case REFERENCE -> code.aconst_null();
            default -> code.loadConstant(number);
        }
    }
}
