using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Takt.Serving;

/// <summary>
/// What an object keeps alive, in bytes: it and all that can be reached from it. Weights, packed or not, and working memory are arrays of managed memory here, so this is what unloading gives back.
/// </summary>
/// <remarks>Many threads may work on the object meanwhile: what they change is counted as it was or as it becomes.</remarks>
static class RetainedMemory
{
    /// <summary>Header and type of an object, with which its fields are rounded up to whole words.</summary>
    const int Header = 16, Word = 8;

    /// <summary>Namespaces whose objects belong to a model. Others (clocks, logs, cultures, reflection) are everybody's.</summary>
    static readonly string[] s_own = ["Takt", "Google.Protobuf", "System.Collections", "System.Buffers", "System.Text.Json.Nodes"];

    static readonly ConcurrentDictionary<Type, FieldInfo[]> s_fields = new();

    /// <summary>Counts.</summary>
    public static long Of(object root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance) { root };
        var open = new Stack<object>([root]);
        long bytes = 0;
        while (open.TryPop(out object? next)) bytes += SizeOf(next, found =>
        {
            if (IsOwn(found) && seen.Add(found)) open.Push(found);
        });
        return bytes;
    }

    static long SizeOf(object found, Action<object> reach)
    {
        if (found is string text) return Header + Word + (2L * text.Length);
        if (found is not Array array) return Header + Math.Max(Word, Follow(found, found.GetType(), reach));

        var element = array.GetType().GetElementType()!;
        if (FieldsOf(element).Length > 0 || !element.IsValueType)
            foreach (object? item in array)
                if (item is not null)
                {
                    if (element.IsValueType) Follow(item, item.GetType(), reach);
                    else reach(item);
                }

        return Header + Word + (array.LongLength * (element.IsValueType ? RuntimeHelpers.SizeOf(element.TypeHandle) : Word));
    }

    /// <summary>Reaches what the fields refer to; gives their bytes, a word each where that is not known better.</summary>
    static int Follow(object holder, Type type, Action<object> reach)
    {
        var fields = FieldsOf(type);
        foreach (var field in fields)
        {
            if (field.GetValue(holder) is not { } value) continue;
            if (field.FieldType.IsValueType) Follow(value, value.GetType(), reach);   // of a T? that is T
            else reach(value);
        }

        return fields.Length * Word;
    }

    static bool IsOwn(object found)
    {
        var type = found.GetType();
        while (type.HasElementType) type = type.GetElementType()!;
        return type.IsPrimitive || type == typeof(string) || found is Delegate || type.Namespace is null || found is Array
            || Array.Exists(s_own, own => type.Namespace.StartsWith(own, StringComparison.Ordinal)) || (type.Namespace == "System" && type.IsGenericType);   // Lazy, tuples, memory
    }

    /// <summary>Fields that refer to something, those of base types and of structs that do included.</summary>
    static FieldInfo[] FieldsOf(Type type) => s_fields.GetOrAdd(type, static type =>
    {
        if (type.IsPrimitive || type.IsEnum || type.IsPointer || type.IsFunctionPointer || type.IsByRefLike) return [];
        var fields = new List<FieldInfo>();
        for (var at = type; at is not null; at = at.BaseType)
            fields.AddRange(at.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Where(f => Refers(f.FieldType)));
        return [.. fields];
    });

    static bool Refers(Type type) =>
        !type.IsPointer && !type.IsFunctionPointer && !type.IsByRefLike && (!type.IsValueType || (!type.IsPrimitive && !type.IsEnum && FieldsOf(type).Length > 0));
}
