//! Enums that know all of their variants, so that a new one cannot be missing from a list.

/// Declares an enum without fields and gives it `ALL`, in the order in which the variants are written.
macro_rules! listed {
    ($(#[$attribute:meta])* $visibility:vis enum $name:ident {
        $($(#[$of_variant:meta])* $variant:ident,)*
    }) => {
        $(#[$attribute])*
        $visibility enum $name {
            $($(#[$of_variant])* $variant,)*
        }

        impl $name {
            /// Every one, in the order of a pick list.
            pub const ALL: [Self; [$(Self::$variant),*].len()] = [$(Self::$variant),*];
        }
    };
}

pub(crate) use listed;
