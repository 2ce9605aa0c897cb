package io.millrace.broker.jetstream;

import java.io.IOException;
import java.io.InputStream;

/** Loads the shard and its store once more, with a bug. */
final class MutantLoader extends ClassLoader {
    private final ShardMutant mutant;

    MutantLoader(ShardMutant mutant) {
        super(MutantLoader.class.getClassLoader());
        this.mutant = mutant;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        boolean own =
                name.startsWith(ShardMutant.PACKAGE + "jetstream.")
                        || name.startsWith(ShardMutant.PACKAGE + "store.");
        if (!own) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            byte[] its = name.equals(mutant.className()) ? mutant.plant(bytes) : bytes;
            return defineClass(name, its, 0, its.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
