# From what `javap -p -v` tells of classes: lines of a class list for each lambda expression and method reference (of one
# interface, not serializable), as -XX:DumpLoadedClassList writes them of those that were run. One that is not in the
# archive costs some milliseconds when it is first run, for a class that is made and the forms of its two method handles.

function lambdas(    i) {
    for (i = 0; i < calls; i++)
        if (site[i] in method) {
            print "@lambda-proxy", class, name[i], called[i], method[site[i]]
            handles(captured(called[i]))
        }
    delete method
    calls = 0
    section = ""
}

function handles(types) {
    if (types == "")
        return
    print form, "java.lang.invoke.DirectMethodHandle$Holder newInvokeSpecial", packed("L" types) "_L"
    print form, "java.lang.invoke.Invokers$Holder linkToTargetMethod", packed(types "L") "_L"
}

# The parameters of a descriptor, each as the letter of what the virtual machine takes it for.
function captured(type,    types) {
    types = substr(type, 2, index(type, ")") - 2)
    gsub(/\[+(L[^;]*;|[A-Z])/, "#", types)
    gsub(/L[^;]*;/, "#", types)
    gsub(/[ZBSC]/, "I", types)
    gsub(/#/, "L", types)
    return types
}

# "LLLI" is "L3I".
function packed(types,    result, letter, length_) {
    while (types != "") {
        letter = substr(types, 1, 1)
        match(types, "^" letter "+")
        length_ = RLENGTH
        result = result letter (length_ > 2 ? length_ : length_ == 2 ? letter : "")
        types = substr(types, length_ + 1)
    }
    return result
}

# A name that is no word has quotes.
function unquoted(text) {
    gsub(/"/, "", text)
    return text
}

BEGIN { form = "@lambda-form-invoker [LF_RESOLVE]" }

/^  this_class:/ {
    lambdas()
    class = unquoted($NF)
}

# #9:run:(J)Ljava/lang/Runnable;
/^ +#[0-9]+ = InvokeDynamic/ {
    split($NF, part, ":")
    site[calls] = substr(part[1], 2)
    name[calls] = part[2]
    called[calls++] = part[3]
}

/^[A-Z]/ { section = $1 }

section == "BootstrapMethods:" && /^  [0-9]+:/ {
    number = $1 + 0
    arguments = 0
    lambda = / java\/lang\/invoke\/LambdaMetafactory\.metafactory:/
}

# The method of the interface; what is called, io/godwit/Foo.bar:()V; and the method with the types that it is called with.
section == "BootstrapMethods:" && lambda && /^      #/ {
    arguments++
    if (arguments == 1)
        sam = $2
    if (arguments == 2) {
        split(unquoted($3), part, ":")
        dot = match(part[1], /\.[^.]*$/)
        target = $2 " " substr(part[1], 1, dot - 1) " " substr(part[1], dot + 1) " " part[2]
    }
    if (arguments == 3)
        method[number] = sam " " target " " $2
}

END { lambdas() }
