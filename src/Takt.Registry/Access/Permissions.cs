using Takt.Protocols.Problems;

namespace Takt.Registry.Access;

/// <summary>What somebody may do.</summary>
[Flags]
public enum Permissions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>See models, lines, runs, metrics.</summary>
    Read = 1,

    /// <summary>Ask models; acknowledge what they flag.</summary>
    Predict = 2,

    /// <summary>Train, import, promote, deploy and delete models.</summary>
    Manage = 4,

    /// <summary>Accounts, keys and the audit.</summary>
    Administer = 8,

    /// <summary>Everything.</summary>
    All = Read | Predict | Manage | Administer,
}

/// <summary>What a person is in the plant, each with all that those before may do.</summary>
public enum Role
{
    /// <summary>Looks.</summary>
    Viewer,

    /// <summary>Works with the models.</summary>
    Operator,

    /// <summary>Makes and changes them.</summary>
    Engineer,

    /// <summary>Looks after people, keys and the audit.</summary>
    Admin,
}

/// <summary>Roles and permissions as texts.</summary>
public static class PermissionNames
{
    static readonly (string Name, Permissions Permission)[] s_permissions =
        [("read", Permissions.Read), ("predict", Permissions.Predict), ("manage", Permissions.Manage), ("administer", Permissions.Administer)];

    static readonly (string Name, Role Role, Permissions Permissions)[] s_roles =
    [
        ("viewer", Role.Viewer, Permissions.Read),
        ("operator", Role.Operator, Permissions.Read | Permissions.Predict),
        ("engineer", Role.Engineer, Permissions.Read | Permissions.Predict | Permissions.Manage),
        ("admin", Role.Admin, Permissions.All),
    ];

    /// <summary>The names of all permissions.</summary>
    public static IReadOnlyList<string> All { get; } = [.. s_permissions.Select(p => p.Name)];

    /// <summary>The names of all roles, from the least.</summary>
    public static IReadOnlyList<string> Roles { get; } = [.. s_roles.Select(r => r.Name)];

    /// <summary>What a role may do.</summary>
    public static Permissions Of(Role role) => s_roles[(int)role].Permissions;

    /// <summary>The role's name.</summary>
    public static string ToName(this Role role) => s_roles[(int)role].Name;

    /// <summary>The permissions' names, separated by blanks.</summary>
    public static string ToNames(this Permissions permissions) =>
        string.Join(' ', s_permissions.Where(p => permissions.HasFlag(p.Permission)).Select(p => p.Name));

    /// <summary>Reads a role.</summary>
    /// <exception cref="InputException">There is no such role.</exception>
    public static Role ParseRole(string text)
    {
        foreach (var (name, role, _) in s_roles)
            if (name == text) return role;
        throw new InputException($"role '{text}'", string.Join(", ", Roles), NearestName.Suggest(text, Roles));
    }

    /// <summary>Reads permissions, separated by blanks or commas.</summary>
    /// <exception cref="InputException">There is no such permission, or none at all; every wrong one is reported.</exception>
    public static Permissions ParsePermissions(string text)
    {
        var all = Permissions.None;
        var problems = new List<Problem>();
        foreach (string word in text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            if (Array.Find(s_permissions, p => p.Name == word) is { Name: not null } known) all |= known.Permission;
            else problems.Add(new Problem($"permission '{word}'", string.Join(", ", All), NearestName.Suggest(word, All)));
        if (problems.Count == 0 && all == Permissions.None) problems.Add(new Problem("no permission", string.Join(", ", All)));
        return problems.Count > 0 ? throw new InputException(problems) : all;
    }
}
