package io.millrace.broker.jnats;

import io.nats.client.impl.DataPort;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/**
 * The class that jnats makes data ports of: {@link InProcessDataPort} with the {@code connect} of
 * jnats' interface.
 *
 * <p>That method is given a {@code NatsConnection}, a class that only jnats' own package can name,
 * so Java has no words to implement it elsewhere; the JVM doesn't mind. A class of ours in jnats'
 * package would do, but not where both are modules. So it is written when it is first needed.
 */
final class DataPortClass {
    private static final ClassDesc NAME =
            InProcessDataPort.class.describeConstable().orElseThrow().nested("Connecting");

    private static final ClassDesc BASE = InProcessDataPort.class.describeConstable().orElseThrow();

    /** What ours takes of all that: the timeout. */
    private static final MethodTypeDesc CONNECT =
            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_long);

    private static final Class<?> DEFINED = define();

    private DataPortClass() {}

    /** What jnats is to be told. */
    static String name() {
        return DEFINED.getName();
    }

    private static Class<?> define() {
        MethodTypeDesc connect = parameters();
        int timeout = connect.parameterList().indexOf(ConstantDescs.CD_long);
        byte[] bytes =
                ClassFile.of()
                        .build(
                                NAME,
                                builder -> {
                                    builder.withFlags(
                                                    AccessFlag.PUBLIC,
                                                    AccessFlag.FINAL,
                                                    AccessFlag.SUPER)
                                            .withSuperclass(BASE)
                                            .withMethodBody(
                                                    ConstantDescs.INIT_NAME,
                                                    ConstantDescs.MTD_void,
                                                    ClassFile.ACC_PUBLIC,
                                                    code ->
                                                            code.aload(0)
                                                                    .invokespecial(
                                                                            BASE,
                                                                            ConstantDescs.INIT_NAME,
                                                                            ConstantDescs.MTD_void)
                                                                    .return_());
                                    builder.withMethodBody(
                                            "connect",
                                            connect,
                                            ClassFile.ACC_PUBLIC,
                                            code ->
                                                    code.aload(0)
                                                            .lload(code.parameterSlot(timeout))
                                                            .invokevirtual(BASE, "connect", CONNECT)
                                                            .return_());
                                });
        try {
            return MethodHandles.lookup().defineClass(bytes);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of the one method that has to be implemented. */
    private static MethodTypeDesc parameters() {
        for (Method method : DataPort.class.getMethods()) {
            if (method.getName().equals("connect") && Modifier.isAbstract(method.getModifiers())) {
                return MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                        .describeConstable()
                        .orElseThrow();
            }
        }
        throw new IllegalStateException("jnats has another way to connect");
    }
}
