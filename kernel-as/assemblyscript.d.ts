/** A name of AssemblyScript in the sources that run as TypeScript too. */
declare type i32 = number;
